import type { PartRef } from '../../shared/snapshot/manifest.ts';
import type { Shelves } from '../../shared/snapshot/shelves.ts';

/**
 * Parts of a large catalogue and of the similar lists that one request may read, so that a list of fifty
 * products from all over a shop of a million costs no more than one from a single shelf.
 */
export interface PartBudget {
  /** Whether the request may use the part; once it may, it may again. */
  allows(key: string): boolean;
}

export function createPartBudget(most: number): PartBudget {
  const used = new Set<string>();
  return {
    allows(key) {
      if (!used.has(key) && used.size >= most) return false;
      used.add(key);
      return true;
    },
  };
}

/**
 * The part each item's card is read from; null for items without a card and for those on shelves the request
 * may not open any more. The first shelf holds the shop's most bought products and may always be opened.
 */
export function shelfParts(
  items: readonly number[],
  {
    shelves,
    parts,
    budget,
  }: {
    readonly shelves: Shelves;
    readonly parts: readonly PartRef[];
    readonly budget: PartBudget;
  },
): (string | null)[] {
  return items.map((item) => {
    const shelf = shelves.partOf(item);
    const key = shelf === null ? null : (parts[shelf]?.key ?? null);
    return key !== null && (shelf === 0 || budget.allows(key)) ? key : null;
  });
}
