import type { ActiveRules } from './activeRules.ts';

/** One entry of a list that rules are applied to. */
export interface Ruled {
  readonly item: number;
  /** Of its product, department first; asked only when a rule speaks of categories. */
  categoryPath(): readonly string[];
}

/**
 * A list as the shop wants it: hidden items gone, boosted ones up and buried ones down by so many
 * places, pinned ones where they were put. Without rules it is the list itself.
 *
 * The list should hold `rules.reach` entries more than will be shown, for an item can only move up that
 * is there; and only entries that may be shown at all (sellable, not in the cart). O(n log n).
 * @param pinned entries of `rules.pins` that may be shown, in that order; each stands in the answer once
 */
export function applyRules<T extends Ruled>(
  list: readonly T[],
  { rules, pinned = [] }: { readonly rules: ActiveRules | null; readonly pinned?: readonly T[] },
): readonly T[] {
  if (rules === null) return list;
  const positions = new Map(rules.pins.map(({ item, position }) => [item, position]));
  const isPinned = new Set(pinned.map(({ item }) => item));
  const free = list.filter(
    (entry) => !isPinned.has(entry.item) && !rules.hides(entry.item, () => entry.categoryPath()),
  );
  const ordered = shifted(free, rules);
  for (const entry of pinned) {
    if (rules.hides(entry.item, () => entry.categoryPath())) continue;
    const position = positions.get(entry.item) ?? 1;
    ordered.splice(Math.min(position - 1, ordered.length), 0, entry);
  }
  return ordered;
}

/** Each entry's rank, moved by its rules; what moves wins over what would stand there by itself. */
function shifted<T extends Ruled>(list: readonly T[], rules: ActiveRules): T[] {
  if (rules.reach === 0) return [...list];
  const keyed = list.map((entry, rank) => {
    const shift = rules.shiftOf(entry.item, () => entry.categoryPath());
    return { entry, rank, at: rank + shift + Math.sign(shift) / 2 };
  });
  return keyed.sort((a, b) => a.at - b.at || a.rank - b.rank).map(({ entry }) => entry);
}
