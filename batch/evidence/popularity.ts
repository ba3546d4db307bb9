import type { OrderBook } from './orderBook.ts';
import type { RankedLists } from './rankedLists.ts';
import { createTopK } from './topK.ts';

/** After so many days an order counts half. */
export const POPULARITY_HALF_LIFE_DAYS = 90;
const DAY_SECONDS = 86_400;

/** Newest order of the book in seconds since 1970, or null without orders. */
export function newestTime(book: OrderBook): number | null {
  let newest = -Infinity;
  for (let o = 0; o < book.orderCount; o++) newest = Math.max(newest, book.times[o] as number);
  return book.orderCount === 0 ? null : newest;
}

/** Weight of each order: 2^(-age / half-life), age counted from the newest order, not from the clock. */
export function recencyWeights(book: OrderBook, halfLifeDays = POPULARITY_HALF_LIFE_DAYS): Float32Array {
  const newest = newestTime(book) ?? 0;
  const weights = new Float32Array(book.orderCount);
  for (let o = 0; o < weights.length; o++) {
    weights[o] = 2 ** (((book.times[o] as number) - newest) / (halfLifeDays * DAY_SECONDS));
  }
  return weights;
}

interface PopularityRequest {
  readonly book: OrderBook;
  readonly orderWeights: Float32Array;
  /** Group of each order, -1 = none. */
  readonly groupOfOrder: Int32Array;
  readonly groupCount: number;
  /** 1 for items that may stand in a list, by item number. */
  readonly listed: Uint8Array;
  readonly limit: number;
}

/**
 * The most bought listed items of each group of orders, by the sum of their orders' weights.
 * Guests count; an order counts an item once. O(lines + Σ distinct items a group × log limit).
 */
export function rankPopularity(request: PopularityRequest): RankedLists {
  const { book, orderWeights, groupCount, listed } = request;
  const limit = Math.min(request.limit, book.maxItem + 1);
  const { starts: groupStarts, orders } = ordersByGroup(request);
  const top = createTopK(limit);
  const sums = new Float64Array(book.maxItem + 1);
  const counts = new Uint32Array(book.maxItem + 1);
  const touched = new Uint32Array(book.maxItem + 1);
  const starts = new Uint32Array(groupCount + 1);
  const room = roomFor(groupStarts, orders, book, limit);
  const items = new Uint32Array(room);
  const entryCounts = new Uint32Array(room);
  const weights = new Float32Array(room);
  let at = 0;
  for (let group = 0; group < groupCount; group++) {
    let found = 0;
    for (let i = groupStarts[group] as number; i < (groupStarts[group + 1] as number); i++) {
      const order = orders[i] as number;
      const weight = orderWeights[order] as number;
      const end = book.lineStarts[order + 1] as number;
      for (let line = book.lineStarts[order] as number; line < end; line++) {
        const item = book.items[line] as number;
        if (listed[item] !== 1) continue;
        if (counts[item] === 0) touched[found++] = item;
        counts[item] = (counts[item] as number) + 1;
        sums[item] = (sums[item] as number) + weight;
      }
    }
    for (let i = 0; i < found; i++) top.offer(touched[i] as number, sums[touched[i] as number] as number);
    const end = at + top.drain(items, at);
    for (; at < end; at++) {
      entryCounts[at] = counts[items[at] as number] as number;
      weights[at] = sums[items[at] as number] as number;
    }
    for (let i = 0; i < found; i++) {
      counts[touched[i] as number] = 0;
      sums[touched[i] as number] = 0;
    }
    starts[group + 1] = at;
  }
  return {
    starts,
    items: items.subarray(0, at),
    counts: entryCounts.subarray(0, at),
    weights: weights.subarray(0, at),
  };
}

function ordersByGroup({ book, groupOfOrder, groupCount }: PopularityRequest) {
  const starts = new Uint32Array(groupCount + 1);
  for (let o = 0; o < book.orderCount; o++) {
    const group = groupOfOrder[o] as number;
    if (group >= 0) starts[group + 1] = (starts[group + 1] as number) + 1;
  }
  for (let g = 1; g <= groupCount; g++) starts[g] = (starts[g] as number) + (starts[g - 1] as number);
  const cursor = starts.slice();
  const orders = new Uint32Array(starts[groupCount] as number);
  for (let o = 0; o < book.orderCount; o++) {
    const group = groupOfOrder[o] as number;
    if (group < 0) continue;
    orders[cursor[group] as number] = o;
    cursor[group] = (cursor[group] as number) + 1;
  }
  return { starts, orders };
}

/** Entries all lists can have together: a list is no longer than its orders' lines. */
function roomFor(groupStarts: Uint32Array, orders: Uint32Array, book: OrderBook, limit: number): number {
  let room = 0;
  for (let group = 0; group + 1 < groupStarts.length; group++) {
    let lines = 0;
    for (let i = groupStarts[group] as number; i < (groupStarts[group + 1] as number); i++) {
      const order = orders[i] as number;
      lines += (book.lineStarts[order + 1] as number) - (book.lineStarts[order] as number);
    }
    room += Math.min(limit, lines);
  }
  return room;
}
