import type { CustomerOrders } from './customerOrders.ts';
import type { OrderBook } from './orderBook.ts';
import type { PurchaseReader } from './purchases.ts';

/** Fewer purchases are no habit. */
const LEAST_PURCHASES = 3;
/** Purchases looked at, the latest: habits change. */
const MOST_PURCHASES = 12;
/** The median distance from the median interval may be this share of it. */
const IRREGULARITY = 0.5;
const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 7 * DAY_SECONDS;
const MOST_WEEKS = 104;

/** How often a customer buys something again, one customer at a time. */
export interface CycleReader {
  /**
   * After how many weeks the reader's customer buys each of their first `bought` purchases again, null
   * where there is no habit.
   * @param purchases has read the same customer
   */
  read(customer: number, purchases: PurchaseReader, bought: number): (number | null)[];
}

/**
 * The cycle of a purchase: the median interval between the days on which it was ordered, in whole weeks,
 * at least one. Known from three purchases on, when half of the intervals lie within half of the median.
 * O(the customer's lines), no allocation but the answer.
 */
export function createCycleReader(book: OrderBook, index: CustomerOrders): CycleReader {
  const days: number[][] = [];
  return {
    read(customer, purchases, bought) {
      while (days.length < bought) days.push([]);
      for (let position = 0; position < bought; position++) (days[position] as number[]).length = 0;
      const last = customer > book.maxCustomer ? 0 : (index.starts[customer + 1] as number);
      for (let i = index.starts[customer] ?? 0; i < last; i++) {
        const order = index.orders[i] as number;
        const day = Math.floor((book.times[order] as number) / DAY_SECONDS);
        const end = book.lineStarts[order + 1] as number;
        for (let line = book.lineStarts[order] as number; line < end; line++) {
          const position = purchases.positionOf(book.items[line] as number);
          if (position < 0 || position >= bought) continue;
          const known = days[position] as number[];
          if (known.length < MOST_PURCHASES && known.at(-1) !== day) known.push(day);
        }
      }
      return Array.from({ length: bought }, (_, position) => cycleOf(days[position] as number[]));
    },
  };
}

/** @param days of purchases, latest first, none twice */
export function cycleOf(days: readonly number[]): number | null {
  if (days.length < LEAST_PURCHASES) return null;
  const intervals = days.slice(1).map((day, i) => (days[i] as number) - day);
  const interval = median(intervals);
  const spread = median(intervals.map((other) => Math.abs(other - interval)));
  if (spread > IRREGULARITY * interval) return null;
  const weeks = Math.max(1, Math.round((interval * DAY_SECONDS) / WEEK_SECONDS));
  return weeks > MOST_WEEKS ? null : weeks;
}

/** Of an even number of values, the mean of the middle two. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}
