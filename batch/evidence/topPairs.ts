import { type ItemLines, ordersOfItem } from './itemLines.ts';
import type { OrderBook } from './orderBook.ts';
import { type PairTable, pairLift } from './pairs.ts';
import { createTopK } from './topK.ts';

/** Two items bought together, a < b. */
interface TopPair {
  readonly a: number;
  readonly b: number;
  /** Orders with both. */
  readonly support: number;
  /** Support over what chance would give. */
  readonly lift: number;
}

interface TopPairsRequest {
  readonly book: OrderBook;
  readonly index: ItemLines;
  readonly pairs: PairTable;
  /** Pairs with an item for which this is false are left out. */
  readonly keep: (item: number) => boolean;
  readonly limit: number;
}

/** The pairs with the most shared orders overall, among the strongest of each item. O(pairs × log limit). */
export function topPairs({ book, index, pairs, keep, limit }: TopPairsRequest): TopPair[] {
  const top = createTopK(limit);
  const owner = new Uint32Array(pairs.items.length);
  for (let a = 0; a <= book.maxItem; a++) {
    if (!keep(a)) continue;
    const end = pairs.starts[a + 1] as number;
    for (let at = pairs.starts[a] as number; at < end; at++) {
      const b = pairs.items[at] as number;
      owner[at] = a;
      if (!keep(b) || (a > b && lists(pairs, b, a))) continue;
      top.offer(at, pairs.supports[at] as number);
    }
  }
  const best = new Uint32Array(limit);
  const found = top.drain(best, 0);
  return Array.from(best.subarray(0, found), (at) => {
    const a = Math.min(owner[at] as number, pairs.items[at] as number);
    const b = Math.max(owner[at] as number, pairs.items[at] as number);
    const support = pairs.supports[at] as number;
    const ordersA = ordersOfItem(index, a);
    const ordersB = ordersOfItem(index, b);
    return {
      a,
      b,
      support,
      lift: pairLift({ support, a: ordersA, b: ordersB, orders: book.orderCount }),
    };
  });
}

/** Whether `item` stands among the kept pairs of `of`: then the pair was counted there. */
function lists(pairs: PairTable, of: number, item: number): boolean {
  const end = pairs.starts[of + 1] as number;
  for (let at = pairs.starts[of] as number; at < end; at++) if (pairs.items[at] === item) return true;
  return false;
}
