import { DAY } from './popularity.ts';
import { BASKET_FADE } from './reach.ts';
import type { Signals } from './signals.ts';

export interface RepeatDescriber {
  /** Must come before `describe` for a user; -1 = unknown. */
  begin(user: number): void;
  /** Writes what the current user's entry of the history says, at `at`, in the order of FEATURES from 'one' on. */
  describe(entry: number, features: Float32Array, at: number): void;
}

const STEPS = 4096;
/** log(n) by n. */
const LOGS: Float64Array = Float64Array.from({ length: STEPS }, (_, n) => Math.log(n));
const FADES: Float64Array = Float64Array.from({ length: STEPS }, (_, ago) => BASKET_FADE ** ago);

/** Logarithms of whole numbers by table: half of the time of a list went into them. */
const logOf = (whole: number): number => (whole < STEPS ? (LOGS[whole] as number) : Math.log(whole));

/** The features of items bought before: how often, how long ago, how this item is bought again. */
export function createRepeatDescriber({ history, repeats, realTimes, now }: Signals): RepeatDescriber {
  const { item: items, count: counts, first, last, ago: baskets } = history;
  const logRates = Float64Array.from(repeats.rate, (rate) => Math.log(rate));
  let userBaskets = 1;
  let repeatShare = 0;
  return {
    begin(user) {
      userBaskets = user < 0 ? 1 : Math.max(1, history.baskets[user] as number);
      repeatShare = user < 0 ? 0 : repeatShareOf(history, user);
    },
    describe(entry, features, at) {
      const item = items[entry] as number;
      const count = counts[entry] as number;
      const ago = baskets[entry] as number;
      const days = realTimes ? Math.max(0, now - (last[entry] as number)) / DAY : 0;
      const between = realTimes ? ((last[entry] as number) - (first[entry] as number)) / DAY : 0;
      // The user's own rhythm, with two repeats at the item's mean rhythm added.
      const expected = realTimes ? (between + 2 * (repeats.interval[item] as number)) / (count + 1) : 0;
      features[at] = 1;
      features[at + 1] = logOf(count);
      features[at + 2] = count / userBaskets;
      features[at + 3] = logOf(ago + 1);
      features[at + 4] = ago < STEPS ? (FADES[ago] as number) : 0;
      features[at + 5] = Math.log1p(days);
      features[at + 6] = logRates[item] as number;
      features[at + 7] = repeatShare;
      features[at + 8] = logOf(userBaskets);
      features[at + 9] = expected > 0 ? Math.min(4, days / expected) : 0;
    },
  };
}

/** Share of the user's purchases that were not the first of their item. */
function repeatShareOf({ start, count }: Signals['history'], user: number): number {
  const from = start[user] as number;
  const to = start[user + 1] as number;
  let purchases = 0;
  for (let entry = from; entry < to; entry += 1) purchases += count[entry] as number;
  return purchases === 0 ? 0 : 1 - (to - from) / purchases;
}
