import { type Blend, blendScore } from './blend.ts';
import {
  createDescriber,
  FIRST_PLACE,
  FIRST_POPULARITY,
  LOG_RELATIVE,
  LOG_STEPS,
  logShares,
  MOST_PLACES,
  THIN_HISTORY,
  thinnessOf,
} from './describe.ts';
import { createPlaceLifts, type PlaceLifts } from './place-lifts.ts';
import { HALF_LIVES_DAYS } from './popularity.ts';
import { CHANNELS, createReacher, type Reach } from './reach.ts';
import { FEATURE_COUNT, type Signals } from './signals.ts';

/** One user's candidates with their blend scores, in scratch memory that the next user overwrites. */
export interface UserScores {
  /** The first `bought` of them were bought before. */
  readonly items: Int32Array;
  readonly scores: Float32Array;
  size: number;
  bought: number;
}

export interface UserScorer {
  readonly found: UserScores;
  /** Scores everything the user's purchases and places lead to; -1 = unknown. `clear` must follow. */
  score(user: number): void;
  /** Writes the features of a candidate of the last `score` at `base`. */
  describe(item: number, features: Float32Array, base: number): void;
  clear(): void;
}

/** One regime's weights and, by item, what they make of the facts that do not depend on the user. */
interface Terms {
  readonly weights: Float32Array;
  /** By item: Σ weight × popularity channels. */
  readonly popularity: Float32Array;
  /** By item: `popularity` and the lifts of the current places. */
  readonly fixed: Float32Array;
  /** `PlaceLifts.version` that `fixed` holds. */
  version: number;
}

/**
 * The blend's scores without writing features down: what does not depend on the user is summed up beforehand for
 * every item, and the rest is a few multiplications. Items bought before are few and take the long way.
 * Equal to blendScore(weights, describe(item)) but for rounding.
 * Cost per user: items bought × neighbours + items reached; O(items) when the place differs from the last user's,
 * so callers sort users by place.
 */
export function createUserScorer(
  signals: Signals,
  blend: Blend,
  options: { readonly mask?: Uint8Array | null; readonly offered?: readonly number[] } = {},
): UserScorer {
  const { history } = signals;
  const { itemCount } = history;
  const reacher = createReacher(signals, { mask: options.mask ?? null, offered: options.offered ?? [] });
  const { reach } = reacher;
  const logPopularity = logShares(signals.popularity, itemCount);
  const recent = logPopularity.subarray(itemCount, 2 * itemCount);
  const places = createPlaceLifts(signals.places, recent);
  const describer = createDescriber(signals, { reach, places, logPopularity });
  const fresh = createTerms(blend.fresh, logPopularity, itemCount);
  const newcomer = createTerms(blend.newcomer, logPopularity, itemCount);
  const row = new Float32Array(FEATURE_COUNT);
  const found: UserScores = { items: reach.items, scores: new Float32Array(itemCount), size: 0, bought: 0 };
  const scoreReached = (terms: Terms, user: number) => {
    addLifts(terms, places);
    const thin = thinnessOf(signals, user) * (terms.weights[THIN_HISTORY] as number);
    const base = { fixed: terms.fixed, recent, thin };
    if (reach.twins) scoreWithTwins(reach, terms.weights, base, found.scores);
    else scoreSingle(reach, terms.weights, base, found.scores);
  };
  return {
    found,
    score(user) {
      reacher.fill(user);
      places.begin(user);
      describer.begin(user);
      found.size = reach.size;
      found.bought = reach.bought;
      const known = user >= 0 && history.baskets[user] !== 0;
      scoreReached(known ? fresh : newcomer, user);
      if (!known) return;
      for (let at = 0; at < reach.bought; at += 1) {
        describer.describe(reach.items[at] as number, row, 0);
        found.scores[at] = blendScore(blend.bought, row, 0);
      }
    },
    describe: (item, features, base) => describer.describe(item, features, base),
    clear: () => reacher.clear(),
  };
}

function createTerms(weights: Float32Array, logPopularity: Float32Array, itemCount: number): Terms {
  const popularity = new Float32Array(itemCount);
  for (let channel = 0; channel < HALF_LIVES_DAYS.length; channel += 1) {
    const weight = weights[FIRST_POPULARITY + channel] as number;
    for (let item = 0; item < itemCount; item += 1) {
      popularity[item] =
        (popularity[item] as number) + weight * (logPopularity[channel * itemCount + item] as number);
    }
  }
  return { weights, popularity, fixed: popularity.slice(), version: 0 };
}

function addLifts(terms: Terms, places: PlaceLifts): void {
  if (terms.version === places.version) return;
  terms.version = places.version;
  const { fixed, popularity, weights } = terms;
  fixed.set(popularity);
  for (let place = 0; place < Math.min(MOST_PLACES, places.lifts.length); place += 1) {
    const weight = weights[FIRST_PLACE + place] as number;
    const lifts = places.lifts[place] as Float32Array;
    for (let item = 0; item < fixed.length; item += 1) {
      fixed[item] = (fixed[item] as number) + weight * (lifts[item] as number);
    }
  }
}

/** What an item scores whatever was bought. */
interface Base {
  readonly fixed: Float32Array;
  readonly recent: Float32Array;
  readonly thin: number;
}

/** Users of one basket: the twins equal the plain sums, so two channels carry the weights of four. */
function scoreSingle(reach: Reach, weights: Float32Array, base: Base, scores: Float32Array): void {
  const { items, size } = reach;
  const [ridgeSums, , walkSums] = reach.sums;
  const { fixed, recent, thin } = base;
  const ridgeScale = reach.scale[0] as number;
  const walkScale = reach.scale[2] as number;
  const ridge = (weights[0] as number) + (weights[2] as number);
  const logRidge = (weights[1] as number) + (weights[3] as number);
  const walk = (weights[4] as number) + (weights[6] as number);
  const logWalk = (weights[5] as number) + (weights[7] as number);
  for (let at = 0; at < size; at += 1) {
    const item = items[at] as number;
    const byRidge = Math.max(0, ridgeSums[item] as number) * ridgeScale;
    const byWalk = Math.max(0, walkSums[item] as number) * walkScale;
    scores[at] =
      (fixed[item] as number) +
      thin * (recent[item] as number) +
      ridge * byRidge +
      logRidge * (LOG_RELATIVE[(byRidge * LOG_STEPS + 0.5) | 0] as number) +
      walk * byWalk +
      logWalk * (LOG_RELATIVE[(byWalk * LOG_STEPS + 0.5) | 0] as number);
  }
}

function scoreWithTwins(reach: Reach, weights: Float32Array, base: Base, scores: Float32Array): void {
  const { items, size } = reach;
  const { fixed, recent, thin } = base;
  for (let at = 0; at < size; at += 1) {
    const item = items[at] as number;
    scores[at] = (fixed[item] as number) + thin * (recent[item] as number);
  }
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    const sums = reach.sums[channel] as Float64Array;
    const scale = reach.scale[channel] as number;
    const linear = weights[2 * channel] as number;
    const log = weights[2 * channel + 1] as number;
    for (let at = 0; at < size; at += 1) {
      const relative = Math.max(0, sums[items[at] as number] as number) * scale;
      scores[at] =
        (scores[at] as number) +
        linear * relative +
        log * (LOG_RELATIVE[(relative * LOG_STEPS + 0.5) | 0] as number);
    }
  }
}
