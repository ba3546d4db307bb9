import type { SourceRows } from './columns.ts';
import { LEADERS } from './places.ts';
import type { Signals } from './signals.ts';

/** Share that a purchase's weight keeps with each later basket, in the recency-weighted channels. */
export const BASKET_FADE = 0.6;

/** Item scores by channel: each model, and after it (+ 1) its recency-weighted twin. */
export const CHANNELS = 4;

/** Everything one user's purchases lead to, in scratch memory that the next user overwrites. */
export interface Reach {
  /** With a single basket the recency-weighted twins equal the plain sums and stay zero: `twins` says so. */
  readonly sums: readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  twins: boolean;
  /** Reached items, those bought before in front: `size` of them, `bought` of which were bought. */
  readonly items: Int32Array;
  size: number;
  bought: number;
  /** By item: the user's entry in the history, -1 = not bought. */
  readonly entry: Int32Array;
  /** 1 / the largest sum of each channel; 0 where none is above zero. */
  readonly scale: Float64Array;
}

export interface Reacher {
  readonly reach: Reach;
  /** Fills the scratch for a user; -1 = unknown. */
  fill(user: number): void;
  /** Must follow every `fill`. */
  clear(): void;
}

/**
 * Follows the item models from the user's purchases, and adds what leads in the user's places and in the shop;
 * a user without purchases reaches every item. Items with mask 0 are not reached; `offered` always are.
 * Cost: items bought × neighbours.
 */
export function createReacher(
  signals: Signals,
  options: { readonly mask: Uint8Array | null; readonly offered: readonly number[] },
): Reacher {
  const { history, popular } = signals;
  const scratch = createScratch(history.itemCount, options.mask);
  const { reach, seen } = scratch;
  return {
    reach,
    fill(user) {
      reach.twins = false;
      reach.bought = 0;
      if (user < 0 || history.baskets[user] === 0) {
        for (let item = 0; item < history.itemCount; item += 1) offer(item, scratch);
        return;
      }
      offerPurchases(signals, user, scratch);
      followPurchases(signals, user, scratch);
      offerLeaders(signals, user, scratch);
      for (let at = 0; at < popular.length; at += 1) offer(popular[at] as number, scratch);
      for (const item of options.offered) offer(item, scratch);
      scaleToLargest(reach);
    },
    clear() {
      const { items, size, entry, twins } = reach;
      const [ridge, recentRidge, walk, recentWalk] = reach.sums;
      for (let at = 0; at < reach.bought; at += 1) entry[items[at] as number] = -1;
      for (let at = 0; at < size; at += 1) {
        const item = items[at] as number;
        seen[item] = 0;
        ridge[item] = 0;
        walk[item] = 0;
        if (!twins) continue;
        recentRidge[item] = 0;
        recentWalk[item] = 0;
      }
      reach.size = 0;
    },
  };
}

interface Scratch {
  readonly reach: Reach;
  /** Masked items count as seen for ever, so the inner loops need no second question; their sums are never read. */
  readonly seen: Uint8Array;
}

function createScratch(itemCount: number, mask: Uint8Array | null): Scratch {
  const seen = new Uint8Array(itemCount);
  if (mask !== null) for (let item = 0; item < itemCount; item += 1) seen[item] = mask[item] === 0 ? 1 : 0;
  const sums = () => new Float64Array(itemCount);
  const reach: Reach = {
    // An array each: those of users with one basket then stay in the nearest cache.
    sums: [sums(), sums(), sums(), sums()],
    twins: false,
    items: new Int32Array(itemCount),
    size: 0,
    bought: 0,
    entry: new Int32Array(itemCount).fill(-1),
    scale: new Float64Array(CHANNELS),
  };
  return { reach, seen };
}

function offer(item: number, { reach, seen }: Scratch): void {
  if (seen[item] === 1) return;
  seen[item] = 1;
  reach.items[reach.size] = item;
  reach.size += 1;
}

function offerPurchases({ history }: Signals, user: number, scratch: Scratch): void {
  const { reach, seen } = scratch;
  for (let entry = history.start[user] as number; entry < (history.start[user + 1] as number); entry += 1) {
    const item = history.item[entry] as number;
    if (seen[item] === 1) continue;
    offer(item, scratch);
    reach.entry[item] = entry;
  }
  reach.bought = reach.size;
}

function followPurchases({ history, ridge, walk }: Signals, user: number, scratch: Scratch): void {
  const { reach } = scratch;
  const [ridgeSums, recentRidgeSums, walkSums, recentWalkSums] = reach.sums;
  const from = history.start[user] as number;
  const to = history.start[user + 1] as number;
  reach.twins = (history.baskets[user] as number) > 1;
  if (!reach.twins) {
    for (let entry = from; entry < to; entry += 1)
      addRow(ridge, history.item[entry] as number, ridgeSums, scratch);
    for (let entry = from; entry < to; entry += 1)
      addRow(walk, history.item[entry] as number, walkSums, scratch);
    return;
  }
  for (let entry = from; entry < to; entry += 1) {
    const source = history.item[entry] as number;
    const fade = BASKET_FADE ** (history.ago[entry] as number);
    addFadingRow(ridge, { source, fade, sums: ridgeSums, recent: recentRidgeSums }, scratch);
    addFadingRow(walk, { source, fade, sums: walkSums, recent: recentWalkSums }, scratch);
  }
}

function offerLeaders({ places }: Signals, user: number, scratch: Scratch): void {
  for (const place of places) {
    const code = place.code[user] as number;
    for (let at = code * LEADERS; code >= 0 && at < (code + 1) * LEADERS; at += 1) {
      const item = place.leaders[at] as number;
      if (item < 0) break;
      offer(item, scratch);
    }
  }
}

/** Adds a source's weights to a channel. */
function addRow(rows: SourceRows, source: number, sums: Float64Array, { reach, seen }: Scratch): void {
  const { target, weight } = rows;
  const { items } = reach;
  const end = rows.start[source + 1] as number;
  let size = reach.size;
  for (let at = rows.start[source] as number; at < end; at += 1) {
    const item = target[at] as number;
    if (seen[item] === 0) {
      seen[item] = 1;
      items[size] = item;
      size += 1;
    }
    sums[item] = (sums[item] as number) + (weight[at] as number);
  }
  reach.size = size;
}

/** Adds a source's weights to a channel, and with `fade` to its recency-weighted twin. */
function addFadingRow(
  rows: SourceRows,
  from: {
    readonly source: number;
    readonly fade: number;
    readonly sums: Float64Array;
    readonly recent: Float64Array;
  },
  { reach, seen }: Scratch,
): void {
  const { target, weight } = rows;
  const { items } = reach;
  const { fade, sums, recent } = from;
  const end = rows.start[from.source + 1] as number;
  let size = reach.size;
  for (let at = rows.start[from.source] as number; at < end; at += 1) {
    const item = target[at] as number;
    if (seen[item] === 0) {
      seen[item] = 1;
      items[size] = item;
      size += 1;
    }
    const value = weight[at] as number;
    sums[item] = (sums[item] as number) + value;
    recent[item] = (recent[item] as number) + fade * value;
  }
  reach.size = size;
}

function scaleToLargest({ items, size, sums, scale, twins }: Reach): void {
  for (let channel = 0; channel < CHANNELS; channel += twins ? 1 : 2) {
    const of = sums[channel] as Float64Array;
    let largest = 0;
    for (let at = 0; at < size; at += 1) {
      const sum = of[items[at] as number] as number;
      if (sum > largest) largest = sum;
    }
    scale[channel] = largest > 0 ? 1 / largest : 0;
  }
}
