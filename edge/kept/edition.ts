import type { RulesDocument } from '../../shared/rules/rulesDocument.ts';
import { type Manifest, manifestKey } from '../../shared/snapshot/manifest.ts';
import type { RulesReader } from '../rules/rulesReader.ts';
import type { Overlay } from '../stores/overlay.ts';
import type { PartMemory } from '../stores/partMemory.ts';
import type { PointerReader } from '../stores/pointerReader.ts';

/**
 * Stands for all that a list is made of besides the question. As long as it is the same object, the same
 * question has the same answer.
 */
export interface Edition {
  /** When the next rule begins or ends to hold, milliseconds since 1970. */
  readonly until: number;
}

/**
 * What the isolate trusts at present, without any read; null while something of it has to be read first, or
 * cannot be read. Never throws.
 */
export interface Editions {
  /** The live snapshot, the shop's rules, and what is sold out or has another price. @param now since 1970, ms */
  shop(now: number): Edition | null;
  /** All that, and who bought what since the snapshot. */
  customers(now: number): Edition | null;
}

export interface EditionSources {
  readonly pointer: Pick<PointerReader, 'recall'>;
  readonly memory: Pick<PartMemory, 'recall'>;
  readonly rules: Pick<RulesReader, 'recall'>;
  readonly overlay: Pick<Overlay, 'recallAvailability' | 'recallRecent'>;
}

/** One per isolate. What was read again and has not changed is the same object (stores/reopening.ts). */
export function createEditions({ pointer, memory, rules, overlay }: EditionSources): Editions {
  const shop = latest();
  const customers = latest();

  function ofShop(now: number): Edition | null {
    const live = pointer.recall(now)?.live ?? null;
    const manifest = live === null ? null : memory.recall<Manifest>(manifestKey(live));
    const document = rules.recall(now);
    const availability = overlay.recallAvailability(now);
    if (manifest === null || document === null || availability === null) return null;
    return shop([manifest, document, availability.value], now, () => nextTurn(document, now));
  }
  function ofCustomers(now: number): Edition | null {
    const edition = ofShop(now);
    const recent = overlay.recallRecent(now);
    if (edition === null || recent === null) return null;
    return customers([edition, recent.value], now, () => edition.until);
  }

  return {
    shop: (now) => orNull(ofShop, now),
    customers: (now) => orNull(ofCustomers, now),
  };
}

/** The edition of the last time, as long as it is made of the same things and no rule has turned. */
function latest() {
  let last: { readonly of: readonly unknown[]; readonly edition: Edition } | null = null;
  return (of: readonly unknown[], now: number, until: () => number): Edition => {
    if (last === null || now >= last.edition.until || of.some((thing, i) => thing !== last?.of[i]))
      last = { of, edition: { until: until() } };
    return last.edition;
  };
}

/** A store that is known to be bad throws: the request that needs it finds out what to do. */
function orNull<T>(look: (now: number) => T | null, now: number): T | null {
  try {
    return look(now);
  } catch {
    return null;
  }
}

function nextTurn({ rules }: RulesDocument, now: number): number {
  const turns = rules.flatMap(({ from, until }) => [from, until]);
  return turns.reduce<number>(
    (next, turn) => (turn !== null && turn > now && turn < next ? turn : next),
    Number.POSITIVE_INFINITY,
  );
}
