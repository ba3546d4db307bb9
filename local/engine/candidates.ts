import { createDescriber, logShares } from './describe.ts';
import { CHANNELS, createReacher, RECENT_WALK, type Reach, RIDGE, WALK } from './reach.ts';
import { FEATURE_COUNT, type Signals } from './signals.ts';
import { createTopK, pushTopK } from './top-k.ts';

/** One user's candidates and their features, in scratch memory that the next user overwrites. */
export interface Candidates {
  readonly items: Int32Array;
  /** [candidate · FEATURE_COUNT + feature] */
  readonly features: Float32Array;
  /** 1 = bought before. */
  readonly bought: Uint8Array;
  size: number;
}

export interface CandidateFinder {
  /** Fills and returns the scratch for one user; -1 = unknown. */
  find(user: number): Candidates;
}

/** Candidates kept of those new to the user and of those bought before, at least. */
const FEWEST_KEPT = 200;

/**
 * Two stages: everything the user's purchases lead to is ranked by a rough score that needs no learning;
 * only the best, old and new apart, get features. Learning sees candidates chosen by the same rough score.
 * Cost per user: items bought × neighbours + 2 × kept × features.
 */
export function createCandidateFinder(
  signals: Signals,
  options: { readonly mask: Uint8Array | null; readonly kept: number },
): CandidateFinder {
  const kept = Math.max(FEWEST_KEPT, options.kept);
  const reacher = createReacher(signals, options.mask);
  const { reach } = reacher;
  const describer = createDescriber(signals, reach);
  const rough = createRoughScore(signals, reach);
  const fresh = createTopK(kept);
  const bought = createTopK(kept);
  const found: Candidates = {
    items: new Int32Array(2 * kept),
    features: new Float32Array(2 * kept * FEATURE_COUNT),
    bought: new Uint8Array(2 * kept),
    size: 0,
  };
  return {
    find(user) {
      reacher.fill(user);
      describer.begin(user);
      rough.begin(user);
      fresh.size = 0;
      bought.size = 0;
      for (let at = 0; at < reach.size; at += 1) {
        const item = reach.items[at] as number;
        pushTopK(reach.entry[item] === -1 ? fresh : bought, item, rough.of(item));
      }
      found.size = 0;
      for (const [group, flag] of [
        [bought, 1],
        [fresh, 0],
      ] as const) {
        for (let at = 0; at < group.size; at += 1) {
          const item = group.ids[at] as number;
          found.items[found.size] = item;
          found.bought[found.size] = flag;
          describer.describe(item, found.features, found.size * FEATURE_COUNT);
          found.size += 1;
        }
      }
      reacher.clear();
      return found;
    },
  };
}

/** How far popularity alone counts against the best of the item models, which count 1 each. */
const POPULARITY_WEIGHT = 0.3;

/** Good enough to choose a few hundred candidates by. */
function createRoughScore(
  signals: Signals,
  reach: Reach,
): { begin(user: number): void; of(item: number): number } {
  const { history, popularity, places } = signals;
  const { itemCount } = history;
  const logs = logShares(popularity, itemCount);
  const popular = new Float32Array(itemCount);
  for (let item = 0; item < itemCount; item += 1) {
    popular[item] = Math.exp(
      ((logs[itemCount + item] as number) + (logs[2 * itemCount + item] as number)) / 2,
    );
  }
  const most = popular.reduce((largest, one) => Math.max(largest, one), 1e-9);
  for (let item = 0; item < itemCount; item += 1)
    popular[item] = (POPULARITY_WEIGHT * (popular[item] as number)) / most;
  const scale = new Float64Array(CHANNELS);
  const placeScale = new Float64Array(places.length);
  let baskets = 1;
  return {
    begin(user) {
      for (let channel = 0; channel < CHANNELS; channel += 1) {
        const largest = reach.largest[channel] as number;
        scale[channel] = largest > 0 ? 1 / largest : 0;
      }
      places.forEach((place, at) => {
        const code = user < 0 ? -1 : (place.code[user] as number);
        placeScale[at] = code < 0 ? 0 : 10 / (30 + (place.total[code] as number));
      });
      baskets = user < 0 ? 1 : Math.max(1, history.baskets[user] as number);
    },
    of(item) {
      const base = item * CHANNELS;
      let score =
        (reach.sums[base + RIDGE] as number) * (scale[RIDGE] as number) +
        (reach.sums[base + WALK] as number) * (scale[WALK] as number) +
        (reach.sums[base + RECENT_WALK] as number) * (scale[RECENT_WALK] as number) +
        (popular[item] as number);
      for (let place = 0; place < placeScale.length; place += 1) {
        score += ((reach.placeSums[place] as Float32Array)[item] as number) * (placeScale[place] as number);
      }
      const entry = reach.entry[item] as number;
      if (entry >= 0)
        score += 3 * ((history.count[entry] as number) / baskets) + 3 / (1 + (history.ago[entry] as number));
      return score;
    },
  };
}
