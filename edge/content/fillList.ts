import type { Reader } from '../stores/ladder.ts';
import type { StoredCard } from '../stores/store.ts';
import type { Candidate, ContentStep } from './candidate.ts';
import type { Picked } from './picked.ts';

export interface Wanted {
  /** Number of items, those before an offset included. */
  readonly count: number;
  readonly leaveOut: ReadonlySet<number>;
  /** The card to show an item by, as it is now, or null when it must not be shown. */
  show(item: number, card: StoredCard): StoredCard | null;
}

/** Cards are read a few more than needed, so that a sold-out product does not cost another read. */
const SPARE = 8;

/**
 * Walks the steps until the list is full. The same rules hold at every step: no product twice, none
 * that is left out, none that must not be shown. The list is shorter only when the shop has no more.
 */
export function fillList(
  reader: Reader,
  steps: readonly ContentStep[],
  { count, leaveOut, show }: Wanted,
): Picked[] {
  const seen = new Set(leaveOut);
  const picked: Picked[] = [];
  for (const step of steps) {
    const candidates = step()[Symbol.iterator]();
    while (picked.length < count) {
      const some = takeUnseen(candidates, seen, count - picked.length + SPARE);
      if (some.length === 0) break;
      for (const found of withCards(reader, some, show)) if (picked.length < count) picked.push(found);
    }
    if (picked.length >= count) break;
  }
  return picked;
}

/** Those candidates that may be shown, with their cards, in the same order. */
export function withCards(reader: Reader, candidates: readonly Candidate[], show: Wanted['show']): Picked[] {
  if (candidates.length === 0) return [];
  const items = candidates.map((candidate) => candidate.item);
  const { value: cards } = reader.read('catalogue', (store) => store.cards(items));
  const shown: Picked[] = [];
  candidates.forEach((candidate, i) => {
    const stored = cards[i] ?? null;
    const card = stored === null ? null : show(candidate.item, stored);
    if (card !== null) shown.push({ candidate, card });
  });
  return shown;
}

/** The next ones that were not seen; now they are. */
function takeUnseen(from: Iterator<Candidate>, seen: Set<number>, most: number): Candidate[] {
  const taken: Candidate[] = [];
  while (taken.length < most) {
    const next = from.next();
    if (next.done) break;
    if (seen.has(next.value.item)) continue;
    seen.add(next.value.item);
    taken.push(next.value);
  }
  return taken;
}
