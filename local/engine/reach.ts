import type { SourceRows } from './columns.ts';
import { LEADERS } from './places.ts';
import type { Signals } from './signals.ts';

/** Share that a purchase's weight keeps with each later basket, in the recency-weighted channels. */
export const BASKET_FADE = 0.6;

/** Item scores kept side by side for each item, [item · CHANNELS + channel]: each model, and beside it (+ 1) its recency-weighted twin. */
export const CHANNELS = 4;
const RIDGE = 0;
const WALK = 2;

/** Everything one user's purchases lead to, in scratch memory that the next user overwrites. */
export interface Reach {
  /** With a single basket the recency-weighted twins equal the plain sums and stay zero: `twins` says so. */
  readonly sums: Float32Array;
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
      const { items, size, sums, entry } = reach;
      for (let at = 0; at < size; at += 1) {
        const item = items[at] as number;
        seen[item] = 0;
        entry[item] = -1;
        // Plain writes: TypedArray.fill costs more than four of them.
        const base = item * CHANNELS;
        sums[base] = 0;
        sums[base + 1] = 0;
        sums[base + 2] = 0;
        sums[base + 3] = 0;
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
  const reach: Reach = {
    sums: new Float32Array(itemCount * CHANNELS),
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
  reach.twins = (history.baskets[user] as number) > 1;
  for (let entry = history.start[user] as number; entry < (history.start[user + 1] as number); entry += 1) {
    const source = history.item[entry] as number;
    if (reach.twins) {
      const fade = BASKET_FADE ** (history.ago[entry] as number);
      addFadingRow(ridge, { source, fade, channel: RIDGE }, scratch);
      addFadingRow(walk, { source, fade, channel: WALK }, scratch);
    } else {
      addRow(ridge, { source, channel: RIDGE }, scratch);
      addRow(walk, { source, channel: WALK }, scratch);
    }
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
function addRow(
  rows: SourceRows,
  from: { readonly source: number; readonly channel: number },
  { reach, seen }: Scratch,
): void {
  const { target, weight } = rows;
  const { sums, items } = reach;
  const { channel } = from;
  const end = rows.start[from.source + 1] as number;
  let size = reach.size;
  for (let at = rows.start[from.source] as number; at < end; at += 1) {
    const item = target[at] as number;
    if (seen[item] === 0) {
      seen[item] = 1;
      items[size] = item;
      size += 1;
    }
    const place = item * CHANNELS + channel;
    sums[place] = (sums[place] as number) + (weight[at] as number);
  }
  reach.size = size;
}

/** Adds a source's weights to a channel, and with `fade` to the recency-weighted one beside it. */
function addFadingRow(
  rows: SourceRows,
  from: { readonly source: number; readonly fade: number; readonly channel: number },
  { reach, seen }: Scratch,
): void {
  const { target, weight } = rows;
  const { sums, items } = reach;
  const { fade, channel } = from;
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
    const place = item * CHANNELS + channel;
    sums[place] = (sums[place] as number) + value;
    sums[place + 1] = (sums[place + 1] as number) + fade * value;
  }
  reach.size = size;
}

function scaleToLargest(reach: Reach): void {
  const { items, size, sums, scale } = reach;
  let ridge = 0;
  let recentRidge = 0;
  let walk = 0;
  let recentWalk = 0;
  for (let at = 0; at < size; at += 1) {
    const base = (items[at] as number) * CHANNELS;
    ridge = Math.max(ridge, sums[base] as number);
    recentRidge = Math.max(recentRidge, sums[base + 1] as number);
    walk = Math.max(walk, sums[base + 2] as number);
    recentWalk = Math.max(recentWalk, sums[base + 3] as number);
  }
  scale[0] = ridge > 0 ? 1 / ridge : 0;
  scale[1] = recentRidge > 0 ? 1 / recentRidge : 0;
  scale[2] = walk > 0 ? 1 / walk : 0;
  scale[3] = recentWalk > 0 ? 1 / recentWalk : 0;
}
