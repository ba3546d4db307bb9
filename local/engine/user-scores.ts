import type { Blend } from './blend.ts';
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
import { createRepeatDescriber } from './describe-repeat.ts';
import { createPlaceLifts, type PlaceLifts } from './place-lifts.ts';
import { HALF_LIVES_DAYS } from './popularity.ts';
import { CHANNELS, createReacher, type Reach } from './reach.ts';
import { FEATURE_COUNT, FIRST_REPEAT_FEATURE, type Signals } from './signals.ts';

/** One user's candidates with their blend scores, in scratch memory that the next user overwrites. */
export interface UserScores {
  /** The first `bought` of them were bought before. */
  readonly items: Int32Array;
  readonly scores: Float64Array;
  size: number;
  bought: number;
  /** The highest score; -Infinity without candidates. */
  highest: number;
}

export interface UserScorer {
  readonly found: UserScores;
  /** Scores everything the user's purchases and places lead to; -1 = unknown. */
  score(user: number): void;
  /** Writes the features of the candidate at `place` of the last `score` at `base`. */
  describe(place: number, features: Float32Array, base: number): void;
}

/** One regime's weights and, by item, what they make of the facts that do not depend on the user. */
interface Terms {
  readonly weights: Float32Array;
  /** By item: Σ weight × popularity channels. */
  readonly popularity: Float32Array;
  /** [2 · item]: `popularity` and the lifts of the current places; [2 · item + 1]: recent popularity. */
  readonly fixed: Float32Array;
  /** `PlaceLifts.version` that `fixed` holds. */
  version: number;
}

/**
 * The blend's scores without writing features down: what does not depend on the user is summed up beforehand for
 * every item, and the rest is a few multiplications.
 * Equal to blendScore(weights, describe(place)) but for rounding.
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
  const places = createPlaceLifts(signals.places, logPopularity.subarray(itemCount, 2 * itemCount));
  const describer = createDescriber(signals, { reach, places, logPopularity });
  const repeats = createRepeatDescriber(signals);
  const [fresh, bought, newcomer] = [blend.fresh, blend.bought, blend.newcomer].map((weights) =>
    createTerms(weights, logPopularity, itemCount),
  ) as [Terms, Terms, Terms];
  const row = new Float32Array(FEATURE_COUNT);
  const found: UserScores = {
    items: reach.items,
    scores: new Float64Array(itemCount),
    size: 0,
    bought: 0,
    highest: 0,
  };
  const scoreReached = (terms: Terms, user: number, [from, to]: readonly [number, number]) => {
    addLifts(terms, places);
    const thin = thinnessOf(signals, user) * (terms.weights[THIN_HISTORY] as number);
    const score = reach.twins ? scoreWithTwins : scoreSingle;
    return score(reach, terms, { from, to, thin, scores: found.scores });
  };
  /** The highest score of those bought before. */
  const addRepeats = (): number => {
    let highest = Number.NEGATIVE_INFINITY;
    for (let place = 0; place < reach.bought; place += 1) {
      repeats.describe(reach.entry[place] as number, row, FIRST_REPEAT_FEATURE);
      let sum = found.scores[place] as number;
      for (let feature = FIRST_REPEAT_FEATURE; feature < FEATURE_COUNT; feature += 1) {
        sum += (blend.bought[feature] as number) * (row[feature] as number);
      }
      found.scores[place] = sum;
      if (sum > highest) highest = sum;
    }
    return highest;
  };
  return {
    found,
    score(user) {
      reacher.find(user);
      places.begin(user);
      describer.begin(user);
      found.size = reach.size;
      found.bought = reach.bought;
      if (user < 0 || history.baskets[user] === 0) {
        found.highest = scoreReached(newcomer, user, [0, reach.size]);
        return;
      }
      const highest = scoreReached(fresh, user, [reach.bought, reach.size]);
      scoreReached(bought, user, [0, reach.bought]);
      repeats.begin(user);
      found.highest = Math.max(highest, addRepeats());
    },
    describe: (place, features, base) => describer.describe(place, features, base),
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
  const fixed = new Float32Array(2 * itemCount);
  for (let item = 0; item < itemCount; item += 1) {
    fixed[2 * item] = popularity[item] as number;
    fixed[2 * item + 1] = logPopularity[itemCount + item] as number;
  }
  return { weights, popularity, fixed, version: 0 };
}

function addLifts(terms: Terms, places: PlaceLifts): void {
  if (terms.version === places.version) return;
  terms.version = places.version;
  const { fixed, popularity, weights } = terms;
  for (let item = 0; item < popularity.length; item += 1) fixed[2 * item] = popularity[item] as number;
  for (let place = 0; place < Math.min(MOST_PLACES, places.lifts.length); place += 1) {
    const weight = weights[FIRST_PLACE + place] as number;
    const lifts = places.lifts[place] as Float32Array;
    for (let item = 0; item < lifts.length; item += 1) {
      fixed[2 * item] = (fixed[2 * item] as number) + weight * (lifts[item] as number);
    }
  }
}

/** Places to score, what recent popularity counts for with this user, and where the scores go. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly thin: number;
  readonly scores: Float64Array;
}

/** Users of one basket: the twins equal the plain sums, so two channels carry the weights of four. The highest score. */
function scoreSingle(reach: Reach, { weights, fixed }: Terms, { from, to, thin, scores }: Span): number {
  const { items } = reach;
  const [ridgeSums, , walkSums] = reach.sums;
  const ridgeScale = reach.scale[0] as number;
  const walkScale = reach.scale[2] as number;
  const ridge = (weights[0] as number) + (weights[2] as number);
  const logRidge = (weights[1] as number) + (weights[3] as number);
  const walk = (weights[4] as number) + (weights[6] as number);
  const logWalk = (weights[5] as number) + (weights[7] as number);
  let highest = Number.NEGATIVE_INFINITY;
  for (let at = from; at < to; at += 1) {
    const item = items[at] as number;
    const byRidge = (ridgeSums[at] as number) * ridgeScale;
    const byWalk = (walkSums[at] as number) * walkScale;
    const score =
      (fixed[2 * item] as number) +
      thin * (fixed[2 * item + 1] as number) +
      ridge * byRidge +
      logRidge * (LOG_RELATIVE[(byRidge * LOG_STEPS + 0.5) | 0] as number) +
      walk * byWalk +
      logWalk * (LOG_RELATIVE[(byWalk * LOG_STEPS + 0.5) | 0] as number);
    scores[at] = score;
    if (score > highest) highest = score;
  }
  return highest;
}

/** The same from all four channels. */
function scoreWithTwins(reach: Reach, { weights, fixed }: Terms, { from, to, thin, scores }: Span): number {
  const { items } = reach;
  for (let at = from; at < to; at += 1) {
    const item = items[at] as number;
    scores[at] = (fixed[2 * item] as number) + thin * (fixed[2 * item + 1] as number);
  }
  let highest = Number.NEGATIVE_INFINITY;
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    const sums = reach.sums[channel] as Float32Array;
    const scale = reach.scale[channel] as number;
    const linear = weights[2 * channel] as number;
    const log = weights[2 * channel + 1] as number;
    const last = channel + 1 === CHANNELS;
    for (let at = from; at < to; at += 1) {
      const relative = (sums[at] as number) * scale;
      const score =
        (scores[at] as number) +
        linear * relative +
        log * (LOG_RELATIVE[(relative * LOG_STEPS + 0.5) | 0] as number);
      scores[at] = score;
      if (last && score > highest) highest = score;
    }
  }
  return highest;
}
