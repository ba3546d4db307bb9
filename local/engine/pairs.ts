import { userScale } from './evidence.ts';
import type { History } from './history.ts';
import type { Holders } from './holders.ts';

/** What one pass over the purchases needs to relate each item to all others, for one item model or both. */
export interface PairsInput {
  readonly history: History;
  readonly holders: Holders;
  /** A pair of a user counts (their items)^-exponent for the ridge. */
  readonly ridgeExponent: number;
}

/**
 * The items that users hold together with one target, without the target itself; the next count overwrites them.
 * By place:
 *   together = Σ over users holding both of (their items)^-exponent
 *   walked   = Σ over users holding both of what the holders say, 0 where no walk is asked for
 */
export interface Pairs {
  readonly items: Int32Array;
  readonly together: Float64Array;
  readonly walked: Float64Array;
  size: number;
}

export interface PairCounter {
  readonly pairs: Pairs;
  count(target: number): void;
}

/** From the target's holders to what they hold: Σ over holders of their number of items. */
export function createPairCounter({ history, holders, ridgeExponent }: PairsInput): PairCounter {
  const { itemCount, start, item } = history;
  const scaleOf = userScale(ridgeExponent);
  const pairs: Pairs = {
    // One place more: an item is written first and counted after.
    items: new Int32Array(itemCount + 1),
    together: new Float64Array(itemCount),
    walked: new Float64Array(itemCount),
    size: 0,
  };
  /** [2 · item]: together, and after it walked. */
  const sums = new Float32Array(2 * itemCount);
  const unseen = new Uint8Array(itemCount).fill(1);
  const follow = (user: number, walked: number) => {
    const { items } = pairs;
    const from = start[user] as number;
    const to = start[user + 1] as number;
    const together = scaleOf(to - from);
    let size = pairs.size;
    for (let entry = from; entry < to; entry += 1) {
      const other = item[entry] as number;
      items[size] = other;
      size += unseen[other] as number;
      unseen[other] = 0;
      sums[2 * other] = (sums[2 * other] as number) + together;
      sums[2 * other + 1] = (sums[2 * other + 1] as number) + walked;
    }
    pairs.size = size;
  };
  const collect = () => {
    const { items, together, walked, size } = pairs;
    for (let at = 0; at < size; at += 1) {
      const other = items[at] as number;
      together[at] = sums[2 * other] as number;
      walked[at] = sums[2 * other + 1] as number;
      sums[2 * other] = 0;
      sums[2 * other + 1] = 0;
      unseen[other] = 1;
    }
  };
  return {
    pairs,
    count(target) {
      pairs.size = 0;
      // Every holder holds the target itself.
      unseen[target] = 0;
      const end = holders.start[target + 1] as number;
      for (let at = holders.start[target] as number; at < end; at += 1) {
        follow(holders.user[at] as number, holders.walked === null ? 0 : (holders.walked[at] as number));
      }
      collect();
      unseen[target] = 1;
      sums[2 * target] = 0;
      sums[2 * target + 1] = 0;
    },
  };
}
