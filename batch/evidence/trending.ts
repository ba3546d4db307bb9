import type { OrderBook } from './orderBook.ts';
import { newestTime } from './popularity.ts';
import type { RankedLists } from './rankedLists.ts';
import { createTopK } from './topK.ts';

/** Days that count as now, and days before them that it is held against. */
const TRENDING_DAYS = 28;
const BASELINE_DAYS = 84;
/** Fewer orders in the last 28 days are chance, not a trend. */
export const TRENDING_FLOOR = 3;
/** Orders added to both sides, so that a first sale is no endless growth. */
const SMOOTHING = 3;
const DAY_SECONDS = 86_400;

/** Growth: orders of the last 28 days over those that the 84 days before would let expect. 1 = no change. */
export function growth(recent: number, before: number): number {
  return (recent + SMOOTHING) / ((before * TRENDING_DAYS) / BASELINE_DAYS + SMOOTHING);
}

/**
 * Items whose orders grow, by growth: only those above 1 and with at least TRENDING_FLOOR recent orders.
 * Counts are the recent orders. One list. O(lines).
 * @param listed 1 for items that may stand in a list, by item number
 */
export function rankTrending(book: OrderBook, listed: Uint8Array, limit: number): RankedLists {
  const newest = newestTime(book) ?? 0;
  const recent = new Uint32Array(book.maxItem + 1);
  const before = new Uint32Array(book.maxItem + 1);
  for (let order = 0; order < book.orderCount; order++) {
    const days = (newest - (book.times[order] as number)) / DAY_SECONDS;
    if (days >= TRENDING_DAYS + BASELINE_DAYS) continue;
    const counts = days < TRENDING_DAYS ? recent : before;
    const end = book.lineStarts[order + 1] as number;
    for (let line = book.lineStarts[order] as number; line < end; line++) {
      const item = book.items[line] as number;
      counts[item] = (counts[item] as number) + 1;
    }
  }
  const top = createTopK(limit);
  for (let item = 0; item <= book.maxItem; item++) {
    if (listed[item] !== 1 || (recent[item] as number) < TRENDING_FLOOR) continue;
    const factor = growth(recent[item] as number, before[item] as number);
    if (factor > 1) top.offer(item, factor);
  }
  const items = new Uint32Array(limit);
  const found = top.drain(items, 0);
  const kept = items.subarray(0, found);
  return {
    starts: Uint32Array.of(0, found),
    items: kept,
    counts: Uint32Array.from(kept, (item) => recent[item] as number),
    weights: Float32Array.from(kept, (item) => growth(recent[item] as number, before[item] as number)),
  };
}
