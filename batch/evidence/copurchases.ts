import type { ItemLines } from './itemLines.ts';
import type { OrderBook } from './orderBook.ts';

/**
 * In an order of more lines than this on either side, an item is paired with that many lines before and
 * after it only: the cost of a wholesale order of n lines stays n × 256 instead of n².
 */
export const PAIR_REACH = 128;

/** What was bought in the same orders as one item. */
export interface CopurchaseCounter {
  /** Counts the item's neighbours, replacing the last answer. Returns how many there are. */
  count(item: number): number;
  /** The neighbours, unsorted: neighbours[0 … n - 1]. */
  readonly neighbours: Uint32Array;
  /** By item number: orders shared with the counted item. Zero for all but the neighbours. */
  readonly counts: Uint32Array;
}

/**
 * Orders in which two items stand together (within PAIR_REACH lines of each other), one item at a time.
 * Exact and symmetric; guests count. O(Σ over the item's orders of their lines), no allocation a call.
 */
export function createCopurchaseCounter(book: OrderBook, index: ItemLines): CopurchaseCounter {
  const { items, lineStarts } = book;
  const { starts, lines, orderOfLine } = index;
  const neighbours = new Uint32Array(book.maxItem + 1);
  const counts = new Uint32Array(book.maxItem + 1);
  let found = 0;
  function count(item: number): number {
    for (let i = 0; i < found; i++) counts[neighbours[i] as number] = 0;
    found = 0;
    if (item > book.maxItem) return 0;
    const last = starts[item + 1] as number;
    for (let at = starts[item] as number; at < last; at++) {
      const line = lines[at] as number;
      const order = orderOfLine[line] as number;
      const from = Math.max(lineStarts[order] as number, line - PAIR_REACH);
      const to = Math.min(lineStarts[order + 1] as number, line + PAIR_REACH + 1);
      for (let other = from; other < to; other++) {
        if (other === line) continue;
        const neighbour = items[other] as number;
        const before = counts[neighbour] as number;
        if (before === 0) neighbours[found++] = neighbour;
        counts[neighbour] = before + 1;
      }
    }
    return found;
  }
  return { count, neighbours, counts };
}
