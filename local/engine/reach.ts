import type { SourceRows } from './columns.ts';
import type { Signals } from './signals.ts';

/** Share that a purchase's weight keeps with each later basket, in the recency-weighted channels. */
export const BASKET_FADE = 0.6;

/** Item scores kept side by side for each item, [item · CHANNELS + channel]: each model, and beside it (+ 1) its recency-weighted twin. */
export const CHANNELS = 4;
export const RIDGE = 0;
export const WALK = 2;
export const RECENT_WALK = 3;

/** Everything one user's purchases lead to, in scratch memory that the next user overwrites. */
export interface Reach {
  readonly sums: Float32Array;
  /** Reached items in order of discovery; `size` of them. */
  readonly items: Int32Array;
  size: number;
  /** By item: the user's entry in the history, -1 = not bought. */
  readonly entry: Int32Array;
  /** By place: decayed sales of each item there. */
  readonly placeSums: readonly Float32Array[];
  /** By channel: the largest sum. */
  readonly largest: Float64Array;
}

export interface Reacher {
  readonly reach: Reach;
  /** Fills the scratch for a user; -1 = unknown. */
  fill(user: number): void;
  /** Must follow every `fill`. */
  clear(): void;
}

/**
 * Follows the item models from the user's purchases, the sales of the user's places, and the popular items.
 * Items with mask 0 are not reached. Cost: items bought × neighbours.
 */
export function createReacher(signals: Signals, mask: Uint8Array | null): Reacher {
  const { history } = signals;
  const { itemCount } = history;
  const seen = new Uint8Array(itemCount);
  const reach: Reach = {
    sums: new Float32Array(itemCount * CHANNELS),
    items: new Int32Array(itemCount),
    size: 0,
    entry: new Int32Array(itemCount).fill(-1),
    placeSums: signals.places.map(() => new Float32Array(itemCount)),
    largest: new Float64Array(CHANNELS),
  };
  const offer = (item: number) => {
    if (seen[item] === 1 || (mask !== null && mask[item] === 0)) return;
    seen[item] = 1;
    reach.items[reach.size] = item;
    reach.size += 1;
  };
  const scratch: Scratch = { reach, seen, mask };

  function fillPlaces(user: number): void {
    signals.places.forEach((place, at) => {
      const code = place.code[user] as number;
      const sums = reach.placeSums[at];
      if (code < 0 || sums === undefined) return;
      for (
        let row = place.rows.start[code] as number;
        row < (place.rows.start[code + 1] as number);
        row += 1
      ) {
        const item = place.rows.target[row] as number;
        offer(item);
        sums[item] = place.rows.weight[row] as number;
      }
    });
  }

  return {
    reach,
    fill(user) {
      const from = user < 0 ? 0 : (history.start[user] as number);
      const to = user < 0 ? 0 : (history.start[user + 1] as number);
      for (let entry = from; entry < to; entry += 1) {
        const item = history.item[entry] as number;
        const fade = BASKET_FADE ** (history.ago[entry] as number);
        reach.entry[item] = entry;
        offer(item);
        addRow(signals.ridge, { source: item, fade, channel: RIDGE }, scratch);
        addRow(signals.walk, { source: item, fade, channel: WALK }, scratch);
      }
      if (user >= 0) fillPlaces(user);
      for (let at = 0; at < signals.popular.length; at += 1) offer(signals.popular[at] as number);
      findLargest(reach);
    },
    clear() {
      const { items, size, sums, entry, placeSums } = reach;
      for (let at = 0; at < size; at += 1) {
        const item = items[at] as number;
        seen[item] = 0;
        entry[item] = -1;
        // Plain writes: TypedArray.fill costs more than four of them.
        for (let place = item * CHANNELS; place < (item + 1) * CHANNELS; place += 1) sums[place] = 0;
      }
      for (const place of placeSums) {
        for (let at = 0; at < size; at += 1) place[items[at] as number] = 0;
      }
      reach.size = 0;
    },
  };
}

interface Scratch {
  readonly reach: Reach;
  readonly seen: Uint8Array;
  readonly mask: Uint8Array | null;
}

/** Adds a source's weights to a channel, and with `fade` to the recency-weighted one beside it. */
function addRow(
  rows: SourceRows,
  from: { readonly source: number; readonly fade: number; readonly channel: number },
  scratch: Scratch,
): void {
  const { target, weight } = rows;
  const { reach, seen, mask } = scratch;
  const { sums, items } = reach;
  const { fade, channel } = from;
  const end = rows.start[from.source + 1] as number;
  let size = reach.size;
  for (let at = rows.start[from.source] as number; at < end; at += 1) {
    const item = target[at] as number;
    if (seen[item] === 0) {
      if (mask !== null && mask[item] === 0) continue;
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

function findLargest(reach: Reach): void {
  const { items, size, sums, largest } = reach;
  largest.fill(0);
  for (let at = 0; at < size; at += 1) {
    const base = (items[at] as number) * CHANNELS;
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      const sum = sums[base + channel] as number;
      if (sum > (largest[channel] as number)) largest[channel] = sum;
    }
  }
}
