import { strengthOf } from './evidence.ts';
import type { Holders } from './history.ts';
import { createPairs, type PairCounter, type PairsInput } from './pairs.ts';

/** Counts one target at a time, from its holders to what they hold. Cost: Σ over holders of their number of items. */
export function createCounterByItem({
  evidence,
  ridgeScale,
  walkScale,
  holders,
}: PairsInput & { readonly holders: Holders }): PairCounter {
  const { history } = evidence;
  const { itemCount, start, item } = history;
  const pairs = createPairs(itemCount);
  /** [2 · item]: together, and after it walked. */
  const sums = new Float64Array(2 * itemCount);
  const unseen = new Uint8Array(itemCount).fill(1);
  const follow = (user: number, together: number, walked: number) => {
    const { items } = pairs;
    const end = start[user + 1] as number;
    let size = pairs.size;
    for (let entry = start[user] as number; entry < end; entry += 1) {
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
    begin() {},
    count(target) {
      pairs.size = 0;
      unseen[target] = 0;
      for (let at = holders.start[target] as number; at < (holders.start[target + 1] as number); at += 1) {
        const user = holders.user[at] as number;
        const strength = walkScale === null ? 0 : strengthOf(history, holders.entry[at] as number, user);
        follow(user, ridgeScale[user] as number, strength * (walkScale?.[user] ?? 0));
      }
      collect();
      unseen[target] = 1;
      sums[2 * target] = 0;
      sums[2 * target + 1] = 0;
    },
  };
}
