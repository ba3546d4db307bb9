import type { Links } from './links.ts';
import { LEADERS, type PlaceSales } from './places.ts';
import type { Signals } from './signals.ts';

/** Share that a purchase's weight keeps with each later basket, in the recency-weighted channels. */
export const BASKET_FADE = 0.6;

/** Item scores by channel: each model, and after it (+ 1) its recency-weighted twin. */
export const CHANNELS = 4;

/** Everything one user's purchases lead to, in scratch memory that the next user overwrites. */
export interface Reach {
  /** Reached items, those bought before in front: `size` of them, `bought` of which were bought. */
  readonly items: Int32Array;
  size: number;
  bought: number;
  /** By place among `items`, of the first `bought`: the user's entry in the history. */
  readonly entry: Int32Array;
  /**
   * By channel and place among `items`: the sum of what leads there, at least 0. With a single basket the
   * recency-weighted twins equal the plain sums and are left alone: `twins` says so.
   */
  readonly sums: readonly [Float32Array, Float32Array, Float32Array, Float32Array];
  twins: boolean;
  /** 1 / the largest sum of each channel; 0 where none is above zero. */
  readonly scale: Float64Array;
}

export interface Reacher {
  readonly reach: Reach;
  /** Finds everything for a user; -1 = unknown. */
  find(user: number): void;
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
  const { history, links } = signals;
  const scratch = createScratch(history.itemCount, options.mask);
  const { reach } = scratch;
  const offersFor = createOffers(signals, options.offered);
  return {
    reach,
    find(user) {
      reach.size = 0;
      reach.bought = 0;
      reach.twins = false;
      if (user < 0 || history.baskets[user] === 0) {
        for (let item = 0; item < history.itemCount; item += 1) offer(item, scratch);
      } else {
        offerPurchases(signals, user, scratch);
        reach.twins = (history.baskets[user] as number) > 1;
        for (
          let entry = history.start[user] as number;
          entry < (history.start[user + 1] as number);
          entry += 1
        ) {
          const source = history.item[entry] as number;
          if (reach.twins) followFading(links, { source, ago: history.ago[entry] as number }, scratch);
          else follow(links, source, scratch);
        }
        const offers = offersFor(user);
        for (let at = 0; at < offers.length; at += 1) offer(offers[at] as number, scratch);
      }
      collect(scratch.sums, 0, scratch);
      if (reach.twins) collect(scratch.recentSums, 1, scratch);
    },
  };
}

interface Scratch {
  readonly reach: Reach;
  /** By item: 1 = not reached yet. Masked items never are, so the inner loops need no second question. */
  readonly unseen: Uint8Array;
  /** [2 · item] by the ridge, [2 · item + 1] by the walk: side by side they share a line of the cache. */
  readonly sums: Float32Array;
  /** The same of the recency-weighted twins. */
  readonly recentSums: Float32Array;
}

function createScratch(itemCount: number, mask: Uint8Array | null): Scratch {
  const unseen = new Uint8Array(itemCount).fill(1);
  if (mask !== null) for (let item = 0; item < itemCount; item += 1) unseen[item] = mask[item] === 0 ? 0 : 1;
  const sums = () => new Float32Array(itemCount);
  const reach: Reach = {
    // One place more, since `offer` writes before it asks.
    items: new Int32Array(itemCount + 1),
    size: 0,
    bought: 0,
    entry: new Int32Array(itemCount),
    sums: [sums(), sums(), sums(), sums()],
    twins: false,
    scale: new Float64Array(CHANNELS),
  };
  return {
    reach,
    unseen,
    sums: new Float32Array(2 * itemCount),
    recentSums: new Float32Array(2 * itemCount),
  };
}

/** Writes first and counts after: whether an item is new cannot be guessed, and a wrong guess costs more than a store. */
function offer(item: number, { reach, unseen }: Scratch): void {
  reach.items[reach.size] = item;
  reach.size += unseen[item] as number;
  unseen[item] = 0;
}

function offerPurchases({ history }: Signals, user: number, scratch: Scratch): void {
  const { reach } = scratch;
  for (let entry = history.start[user] as number; entry < (history.start[user + 1] as number); entry += 1) {
    reach.entry[reach.size] = entry;
    offer(history.item[entry] as number, scratch);
  }
  reach.bought = reach.size;
}

/** What everybody in the user's places is offered, each item once: gathered anew when the places change. */
function createOffers(
  { places, popular }: Signals,
  offered: readonly number[],
): (user: number) => Int32Array {
  let codes: readonly number[] | null = null;
  let offers = new Int32Array(0);
  return (user) => {
    if (codes !== null && places.every(({ code }, at) => code[user] === codes?.[at])) return offers;
    codes = places.map(({ code }) => code[user] as number);
    const led = places.flatMap((place, at) => leadersOf(place, codes?.[at] ?? -1));
    offers = Int32Array.from(new Set([...led, ...popular, ...offered]));
    return offers;
  };
}

function leadersOf({ leaders }: PlaceSales, code: number): number[] {
  return code < 0
    ? []
    : [...leaders.subarray(code * LEADERS, (code + 1) * LEADERS)].filter((item) => item >= 0);
}

/** Adds a source's weights to the sums. */
function follow({ start, target, ridge, walk }: Links, source: number, scratch: Scratch): void {
  const { reach, unseen, sums } = scratch;
  const { items } = reach;
  const end = start[source + 1] as number;
  let size = reach.size;
  for (let at = start[source] as number; at < end; at += 1) {
    const item = target[at] as number;
    items[size] = item;
    size += unseen[item] as number;
    unseen[item] = 0;
    sums[2 * item] = (sums[2 * item] as number) + (ridge[at] as number);
    sums[2 * item + 1] = (sums[2 * item + 1] as number) + (walk[at] as number);
  }
  reach.size = size;
}

/** Adds a source's weights to the sums, and what is left of them after `ago` baskets to the twins. */
function followFading(
  { start, target, ridge, walk }: Links,
  { source, ago }: { readonly source: number; readonly ago: number },
  scratch: Scratch,
): void {
  const { reach, unseen, sums, recentSums } = scratch;
  const { items } = reach;
  const fade = BASKET_FADE ** ago;
  const end = start[source + 1] as number;
  let size = reach.size;
  for (let at = start[source] as number; at < end; at += 1) {
    const item = target[at] as number;
    items[size] = item;
    size += unseen[item] as number;
    unseen[item] = 0;
    const byRidge = ridge[at] as number;
    const byWalk = walk[at] as number;
    sums[2 * item] = (sums[2 * item] as number) + byRidge;
    sums[2 * item + 1] = (sums[2 * item + 1] as number) + byWalk;
    recentSums[2 * item] = (recentSums[2 * item] as number) + fade * byRidge;
    recentSums[2 * item + 1] = (recentSums[2 * item + 1] as number) + fade * byWalk;
  }
  reach.size = size;
}

/** Moves the sums of the reached items to channels `first` and `first + 2`, place by place, and leaves none behind. */
function collect(sums: Float32Array, first: 0 | 1, { reach, unseen }: Scratch): void {
  const { items, size, scale } = reach;
  const ridge = reach.sums[first];
  const walk = reach.sums[first === 0 ? 2 : 3];
  let mostRidge = 0;
  let mostWalk = 0;
  for (let at = 0; at < size; at += 1) {
    const item = items[at] as number;
    const byRidge = sums[2 * item] as number;
    const byWalk = sums[2 * item + 1] as number;
    ridge[at] = byRidge > 0 ? byRidge : 0;
    walk[at] = byWalk > 0 ? byWalk : 0;
    if (byRidge > mostRidge) mostRidge = byRidge;
    if (byWalk > mostWalk) mostWalk = byWalk;
    sums[2 * item] = 0;
    sums[2 * item + 1] = 0;
    unseen[item] = 1;
  }
  scale[first] = mostRidge > 0 ? 1 / mostRidge : 0;
  scale[first + 2] = mostWalk > 0 ? 1 / mostWalk : 0;
}
