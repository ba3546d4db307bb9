import { type Blend, blendScore } from './blend.ts';
import { type Calibration, calibratedChance } from './calibration.ts';
import { type CandidateFinder, createCandidateFinder } from './candidates.ts';
import { type Demand, expectedItems } from './demand.ts';
import { FEATURE_COUNT, type Signals } from './signals.ts';
import { createTopK, pushTopK, sortTopK, type TopK } from './top-k.ts';

/** How blend scores become chances. */
export interface Chances {
  readonly demand: Demand;
  /** Of log(expected items × share). */
  readonly calibration: Calibration;
}

export interface Scorer {
  readonly signals: Signals;
  readonly blend: Blend;
  /** null: scores are the log of an item's share among the user's candidates. */
  readonly chances: Chances | null;
}

export interface ListsInput {
  readonly scorer: Scorer;
  readonly users: Int32Array;
  readonly k: number;
  /** By item, 0 = never offer. */
  readonly mask: Uint8Array | null;
  readonly excludePurchased: boolean;
  /** users × k; ids -1 = no more. */
  readonly ids: Int32Array;
  readonly scores: Float32Array;
  readonly known: Uint8Array;
}

/** Prepares a range kernel over positions of `users`. */
export function prepareLists(input: ListsInput): (from: number, to: number) => void {
  const { users, k, ids, scores, known, scorer } = input;
  const writer = createListMaker(scorer, { k, mask: input.mask, excludePurchased: input.excludePurchased });
  return (from, to) => {
    for (let position = from; position < to; position += 1) {
      const user = users[position] as number;
      known[position] = isNewcomer(scorer.signals, user) ? 0 : 1;
      const list = writer.list(user);
      const base = position * k;
      for (let place = 0; place < k; place += 1) {
        ids[base + place] = place < list.size ? (list.ids[place] as number) : -1;
        scores[base + place] = place < list.size ? (list.scores[place] as number) : 0;
      }
    }
  };
}

export interface ListMaker {
  /** Best first; scratch that the next call overwrites. */
  list(user: number): TopK;
}

/** Blends, ranks and calibrates one user's candidates at a time. */
export function createListMaker(
  scorer: Scorer,
  options: { readonly k: number; readonly mask: Uint8Array | null; readonly excludePurchased: boolean },
): ListMaker {
  const { signals, blend } = scorer;
  const finder: CandidateFinder = createCandidateFinder(signals, { mask: options.mask, kept: options.k });
  const top = createTopK(options.k);
  return {
    list(user) {
      const candidates = finder.find(user);
      const newcomer = isNewcomer(signals, user);
      top.size = 0;
      let largest = Number.NEGATIVE_INFINITY;
      let total = 0;
      for (let at = 0; at < candidates.size; at += 1) {
        const bought = candidates.bought[at] === 1;
        const weights = newcomer ? blend.newcomer : bought ? blend.bought : blend.fresh;
        const score = blendScore(weights, candidates.features, at * FEATURE_COUNT);
        // Running log-sum-exp: the total is kept relative to the largest score so far.
        if (score > largest) {
          total = total * Math.exp(largest - score) + 1;
          largest = score;
        } else total += Math.exp(score - largest);
        if (!bought || !options.excludePurchased) pushTopK(top, candidates.items[at] as number, score);
      }
      sortTopK(top);
      const logTotal = largest + Math.log(total);
      for (let place = 0; place < top.size; place += 1) {
        top.scores[place] = chanceOf(scorer, user, (top.scores[place] as number) - logTotal);
      }
      return top;
    },
  };
}

/** `logShare`: log of the item's share among the user's candidates. */
function chanceOf(scorer: Scorer, user: number, logShare: number): number {
  const { signals, chances } = scorer;
  if (chances === null) return logShare;
  const { history, now, realTimes } = signals;
  const expected = expectedItems(chances.demand, history, { user, now, realTimes });
  return calibratedChance(chances.calibration, logShare + Math.log(expected + 1e-12));
}

export function isNewcomer(signals: Signals, user: number): boolean {
  return user < 0 || signals.history.baskets[user] === 0;
}
