/** Segments turned round: for each user the items whose segments the user leads. */
export interface AffinityTable {
  /** User `customer` stands at position `rank` (0 = keenest) of the item's segment. */
  offer(customer: number, item: number, rank: number): void;
  /** The user's items, best rank first, ties by item number: a view, empty when there are none. */
  itemsOf(customer: number): Uint32Array;
}

/**
 * The best `capacity` items of every user in two flat arrays: 8 bytes an entry.
 * O(capacity) an offer that is kept, O(1) one that is not; no allocation.
 */
export function createAffinityTable(maxCustomer: number, capacity: number): AffinityTable {
  const items = new Uint32Array((maxCustomer + 1) * capacity);
  const ranks = new Uint32Array((maxCustomer + 1) * capacity);
  const sizes = new Uint8Array(maxCustomer + 1);

  /** True when entry `at` must stand behind (item, rank). */
  function behind(at: number, item: number, rank: number): boolean {
    const its = ranks[at] as number;
    return its > rank || (its === rank && (items[at] as number) > item);
  }

  return {
    offer(customer, item, rank) {
      if (customer > maxCustomer || capacity === 0) return;
      const from = customer * capacity;
      const size = sizes[customer] as number;
      let at = from + size;
      if (size === capacity) {
        at--;
        if (!behind(at, item, rank)) return;
      } else sizes[customer] = size + 1;
      for (; at > from && behind(at - 1, item, rank); at--) {
        items[at] = items[at - 1] as number;
        ranks[at] = ranks[at - 1] as number;
      }
      items[at] = item;
      ranks[at] = rank;
    },
    itemsOf(customer) {
      const from = customer * capacity;
      return items.subarray(from, from + (sizes[customer] ?? 0));
    },
  };
}
