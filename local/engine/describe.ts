import type { PlaceLifts } from './place-lifts.ts';
import { DAY, HALF_LIVES_DAYS } from './popularity.ts';
import { BASKET_FADE, CHANNELS, type Reach } from './reach.ts';
import { FEATURE_COUNT, FIRST_REPEAT_FEATURE, type Signals } from './signals.ts';

/** Keeps the logarithm of a relative item score finite. */
const SMALLEST_RELATIVE = 0.01;
export const LOG_STEPS = 4096;
/** log(relative score + SMALLEST_RELATIVE) at relative score = index / LOG_STEPS. */
export const LOG_RELATIVE: Float32Array = Float32Array.from({ length: LOG_STEPS + 1 }, (_, step) =>
  Math.log(step / LOG_STEPS + SMALLEST_RELATIVE),
);
export const FIRST_POPULARITY = 2 * CHANNELS;
export const FIRST_PLACE: number = FIRST_POPULARITY + HALF_LIVES_DAYS.length;
export const MOST_PLACES = 2;
export const THIN_HISTORY: number = FIRST_PLACE + MOST_PLACES;

export interface Describer {
  /** Must come before `describe` for a user; -1 = unknown. */
  begin(user: number): void;
  /** Writes an item's features for the current user at `base`. */
  describe(item: number, features: Float32Array, base: number): void;
}

/** Turns what was reached into features. Item scores are relative to the user's best. */
export function createDescriber(
  signals: Signals,
  from: { readonly reach: Reach; readonly places: PlaceLifts; readonly logPopularity: Float32Array },
): Describer {
  const { itemCount } = signals.history;
  const { reach, places, logPopularity } = from;
  let current = -1;
  let repeatShare = 0;
  let thinness = 1;
  return {
    begin(user) {
      current = user;
      thinness = thinnessOf(signals, user);
      repeatShare = user < 0 ? 0 : userRepeatShare(signals, user);
    },
    describe(item, features, base) {
      for (let channel = 0; channel < CHANNELS; channel += 1) {
        const from = reach.twins ? channel : channel & ~1;
        const sum = reach.sums[from]?.[item] ?? 0;
        const relative = sum > 0 ? sum * (reach.scale[from] as number) : 0;
        features[base + 2 * channel] = relative;
        features[base + 2 * channel + 1] = LOG_RELATIVE[Math.round(relative * LOG_STEPS)] as number;
      }
      for (let channel = 0; channel < HALF_LIVES_DAYS.length; channel += 1) {
        features[base + FIRST_POPULARITY + channel] = logPopularity[channel * itemCount + item] as number;
      }
      for (let place = 0; place < MOST_PLACES; place += 1) {
        features[base + FIRST_PLACE + place] = places.lifts[place]?.[item] ?? 0;
      }
      features[base + THIN_HISTORY] = thinness * (logPopularity[itemCount + item] as number);
      const first = base + FIRST_REPEAT_FEATURE;
      const entry = reach.entry[item] as number;
      if (entry >= 0) {
        describeRepeat(signals, { user: current, entry, repeatShare }, { features, at: first });
        return;
      }
      for (let at = first; at < base + FEATURE_COUNT; at += 1) features[at] = 0;
    },
  };
}

/** 1 for a user without purchases, falling with every different item bought. */
export function thinnessOf({ history }: Signals, user: number): number {
  return user < 0 ? 1 : 1 / (1 + (history.start[user + 1] as number) - (history.start[user] as number));
}

/** log of each item's share of a channel's purchases, with half a purchase added. */
export function logShares(popularity: Float32Array, itemCount: number): Float32Array {
  const logs = new Float32Array(popularity.length);
  for (let base = 0; base < popularity.length; base += itemCount) {
    let total = 0;
    for (let item = 0; item < itemCount; item += 1) total += (popularity[base + item] as number) + 0.5;
    for (let item = 0; item < itemCount; item += 1) {
      logs[base + item] = Math.log(((popularity[base + item] as number) + 0.5) / total);
    }
  }
  return logs;
}
/** Share of the user's purchases that were not the first of their item. */
function userRepeatShare(signals: Signals, user: number): number {
  const { start, count } = signals.history;
  const from = start[user] as number;
  const to = start[user + 1] as number;
  let purchases = 0;
  for (let entry = from; entry < to; entry += 1) purchases += count[entry] as number;
  return purchases === 0 ? 0 : 1 - (to - from) / purchases;
}

/** In the order of FEATURES from 'one' on. */
function describeRepeat(
  signals: Signals,
  of: { readonly user: number; readonly entry: number; readonly repeatShare: number },
  out: { readonly features: Float32Array; readonly at: number },
): void {
  const { history, repeats, realTimes, now } = signals;
  const { features, at } = out;
  const item = history.item[of.entry] as number;
  const count = history.count[of.entry] as number;
  const ago = history.ago[of.entry] as number;
  const baskets = Math.max(1, history.baskets[of.user] as number);
  const last = history.last[of.entry] as number;
  const days = realTimes ? Math.max(0, now - last) / DAY : 0;
  const between = realTimes ? (last - (history.first[of.entry] as number)) / DAY : 0;
  // The user's own rhythm, with two repeats at the item's mean rhythm added.
  const expected = realTimes ? (between + 2 * (repeats.interval[item] as number)) / (count + 1) : 0;
  features[at] = 1;
  features[at + 1] = Math.log(count);
  features[at + 2] = count / baskets;
  features[at + 3] = Math.log1p(ago);
  features[at + 4] = BASKET_FADE ** ago;
  features[at + 5] = Math.log1p(days);
  features[at + 6] = Math.log(repeats.rate[item] as number);
  features[at + 7] = of.repeatShare;
  features[at + 8] = Math.log(baskets);
  features[at + 9] = expected > 0 ? Math.min(4, days / expected) : 0;
}
