import { strengthOf } from './evidence.ts';
import { createPairs, type PairCounter, type PairsInput } from './pairs.ts';

/** Targets counted at a time: their sums are BLOCK × items × 8 bytes, 9 MB for 4,182 items. */
export const BLOCK = 256;

/**
 * Counts a block of targets in one pass over the users: what a user holds lies together in memory, where going from
 * item to holder to what the holder holds jumps about. Cost of a block: entries + pairs with its targets.
 */
export function createCounterByUser({ evidence, ridgeScale, walkScale }: PairsInput): PairCounter {
  const { history, step } = evidence;
  const { itemCount, userCount, start, item } = history;
  const pairs = createPairs(itemCount);
  /** [2 · (row · itemCount + item)]: together, and after it walked. */
  const sums = new Float32Array(2 * Math.min(BLOCK, itemCount) * itemCount);
  let first = 0;
  const addPairs = (user: number, entry: number) => {
    const row = ((item[entry] as number) - first) * itemCount;
    const together = ridgeScale[user] as number;
    const walked = walkScale === null ? 0 : (walkScale[user] as number) * strengthOf(history, entry, user);
    const end = start[user + 1] as number;
    for (let other = start[user] as number; other < end; other += 1) {
      const at = 2 * (row + (item[other] as number));
      sums[at] = (sums[at] as number) + together;
      sums[at + 1] = (sums[at + 1] as number) + walked;
    }
  };
  return {
    pairs,
    begin(from, to) {
      first = from;
      for (let user = 0; user < userCount; user += step) {
        const end = start[user + 1] as number;
        for (let entry = start[user] as number; entry < end; entry += 1) {
          const target = item[entry] as number;
          if (target >= from && target < to) addPairs(user, entry);
        }
      }
    },
    count(target) {
      const base = 2 * (target - first) * itemCount;
      const { items, together, walked } = pairs;
      sums[base + 2 * target] = 0;
      let size = 0;
      for (let other = 0; other < itemCount; other += 1) {
        const sum = sums[base + 2 * other] as number;
        items[size] = other;
        together[size] = sum;
        walked[size] = sums[base + 2 * other + 1] as number;
        size += sum > 0 ? 1 : 0;
      }
      sums.fill(0, base, base + 2 * itemCount);
      pairs.size = size;
    },
  };
}
