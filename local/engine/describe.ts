import { createRepeatDescriber } from './describe-repeat.ts';
import type { PlaceLifts } from './place-lifts.ts';
import { HALF_LIVES_DAYS } from './popularity.ts';
import { CHANNELS, type Reach } from './reach.ts';
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
  /** Writes the features of what `reach` holds at `place` for the current user at `base`. */
  describe(place: number, features: Float32Array, base: number): void;
}

/** Turns what was reached into features. Item scores are relative to the user's best. */
export function createDescriber(
  signals: Signals,
  from: { readonly reach: Reach; readonly places: PlaceLifts; readonly logPopularity: Float32Array },
): Describer {
  const { itemCount } = signals.history;
  const { reach, places, logPopularity } = from;
  const repeats = createRepeatDescriber(signals);
  let thinness = 1;
  return {
    begin(user) {
      thinness = thinnessOf(signals, user);
      repeats.begin(user);
    },
    describe(place, features, base) {
      const item = reach.items[place] as number;
      for (let channel = 0; channel < CHANNELS; channel += 1) {
        const from = reach.twins ? channel : channel & ~1;
        const relative = (reach.sums[from]?.[place] ?? 0) * (reach.scale[from] as number);
        features[base + 2 * channel] = relative;
        features[base + 2 * channel + 1] = LOG_RELATIVE[Math.round(relative * LOG_STEPS)] as number;
      }
      for (let channel = 0; channel < HALF_LIVES_DAYS.length; channel += 1) {
        features[base + FIRST_POPULARITY + channel] = logPopularity[channel * itemCount + item] as number;
      }
      for (let at = 0; at < MOST_PLACES; at += 1) {
        features[base + FIRST_PLACE + at] = places.lifts[at]?.[item] ?? 0;
      }
      features[base + THIN_HISTORY] = thinness * (logPopularity[itemCount + item] as number);
      const first = base + FIRST_REPEAT_FEATURE;
      if (place < reach.bought) repeats.describe(reach.entry[place] as number, features, first);
      else features.fill(0, first, base + FEATURE_COUNT);
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
