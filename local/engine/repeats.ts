import type { History } from './history.ts';
import { DAY } from './popularity.ts';
import { sharedFloat32 } from './shared-arrays.ts';

/** How an item is bought again, learnt from all its buyers. By item. */
export interface Repeats {
  /** Chance that a purchase is followed by another by the same user, shrunk to the shop's mean. */
  readonly rate: Float32Array;
  /** Mean days between two purchases by the same user, shrunk to the shop's mean; 0 without real times. */
  readonly interval: Float32Array;
}

/** Purchases that count as evidence for the shop's mean against the item's own. */
const PRIOR_PURCHASES = 10;
const PRIOR_REPEATS = 3;

/** One pass over the history: O(entries). */
export function learnRepeats(history: History, realTimes: boolean): Repeats {
  const { itemCount, item, count, first, last } = history;
  const purchases = new Float64Array(itemCount);
  const repeats = new Float64Array(itemCount);
  const days = new Float64Array(itemCount);
  let allPurchases = 1;
  let allRepeats = 0;
  let allDays = 0;
  for (let entry = 0; entry < item.length; entry += 1) {
    const which = item[entry] as number;
    const bought = count[entry] as number;
    purchases[which] = (purchases[which] as number) + bought;
    allPurchases += bought;
    if (bought < 2) continue;
    const span = realTimes ? ((last[entry] as number) - (first[entry] as number)) / DAY : 0;
    repeats[which] = (repeats[which] as number) + bought - 1;
    days[which] = (days[which] as number) + span;
    allRepeats += bought - 1;
    allDays += span;
  }
  const meanRate = (allRepeats + 1) / (allPurchases + 100);
  const meanDays = allRepeats === 0 ? 0 : allDays / allRepeats;
  const rate = sharedFloat32(itemCount);
  const interval = sharedFloat32(itemCount);
  for (let which = 0; which < itemCount; which += 1) {
    rate[which] =
      ((repeats[which] as number) + PRIOR_PURCHASES * meanRate) /
      ((purchases[which] as number) + PRIOR_PURCHASES);
    interval[which] =
      ((days[which] as number) + PRIOR_REPEATS * meanDays) / ((repeats[which] as number) + PRIOR_REPEATS);
  }
  return { rate, interval };
}
