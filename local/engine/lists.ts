import type { Blend } from './blend.ts';
import { type Calibration, chanceTable } from './calibration.ts';
import { type Demand, expectedItems } from './demand.ts';
import { exponential } from './exponential.ts';
import { type Best, type Candidates, createBestSelector, insertIntoBest } from './select-best.ts';
import { sharedInt32 } from './shared-arrays.ts';
import type { Signals } from './signals.ts';
import { createTopK, pushTopK, sortTopK, type TopK } from './top-k.ts';
import { createUserScorer, type UserScores } from './user-scores.ts';

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
  /** Positions in `users`, neighbours alike: see `orderByPlace`. */
  readonly order: Int32Array;
  readonly k: number;
  /** By item, 0 = never offer. */
  readonly mask: Uint8Array | null;
  readonly excludePurchased: boolean;
  /** users × k; ids -1 = no more. */
  readonly ids: Int32Array;
  readonly scores: Float32Array;
  readonly known: Uint8Array;
}

/** Prepares a range kernel over positions of `order`. */
export function prepareLists(input: ListsInput): (from: number, to: number) => void {
  const { users, order, k, ids, scores, known, scorer } = input;
  const writer = createListMaker(scorer, { k, mask: input.mask, excludePurchased: input.excludePurchased });
  return (from, to) => {
    for (let at = from; at < to; at += 1) {
      const position = order[at] as number;
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

/** Positions of `users` sorted by their places, because changing the place costs a pass over the items. */
export function orderByPlace(signals: Signals, users: Int32Array): Int32Array {
  const order = sharedInt32(users.length);
  for (let position = 0; position < users.length; position += 1) order[position] = position;
  const codes = signals.places.map(({ code }) =>
    users.map((user) => (user < 0 ? -1 : (code[user] as number))),
  );
  return order.sort((left, right) => {
    for (const code of codes) {
      const difference = (code[left] as number) - (code[right] as number);
      if (difference !== 0) return difference;
    }
    return left - right;
  });
}

/**
 * Share of a list's places that items without an order may take while sold ones can fill the rest: strict, so it
 * also bounds their share of all places.
 */
export const MOST_UNSOLD_SHARE = 0.1;
/** Lists this long keep their last place for the best of them: nobody can buy what nobody sees. */
const PLACES_FOR_ONE_UNSOLD = 20;
/** Lists of newcomers kept, one for each place. */
const MOST_NEWCOMER_LISTS = 100;

/** Of scores, which are logarithms: k of them lie within a few units. */
const BINS_PER_UNIT = 32;

export interface ListMaker {
  /** Best first; the next call may overwrite it. */
  list(user: number): Best;
}

export interface ListOptions {
  readonly k: number;
  readonly mask: Uint8Array | null;
  readonly excludePurchased: boolean;
  /** Items that are candidates for everybody. */
  readonly offered?: readonly number[];
}

/** Ranks and calibrates one user's candidates at a time. */
export function createListMaker(scorer: Scorer, options: ListOptions): ListMaker {
  const { signals, blend } = scorer;
  const candidates = createUserScorer(signals, blend, { mask: options.mask, offered: options.offered ?? [] });
  const { found } = candidates;
  const chanceOf = scorer.chances === null ? null : chanceTable(scorer.chances.calibration);
  // Whoever offers items wants them ranked, not chosen from.
  const unsold = (options.offered ?? []).length === 0 ? signals.unsold : null;
  const few = createTopK(Math.floor(options.k * MOST_UNSOLD_SHARE));
  const select = createBestSelector(options.k);
  const rank = (user: number): Best => {
    candidates.score(user);
    const { items, scores, size, bought, highest } = found;
    const from = options.excludePurchased ? bought : 0;
    const all = { items, scores, from, size, skip: null, highest, perUnit: BINS_PER_UNIT };
    let best = select({ ...all, skip: unsold });
    if (unsold !== null && !addFewUnsold(best, { ...all, unsold, few, k: options.k })) best = select(all);
    if (best.size > 0) toChances(scorer, user, { best, logTotal: logSumOf(found), chanceOf });
    return best;
  };
  const newcomers = new Map<string, Best>();
  return {
    list(user) {
      if (!isNewcomer(signals, user)) return rank(user);
      // Newcomers of one place have one list.
      const place = placeKey(signals, user);
      const known = newcomers.get(place);
      if (known !== undefined) return known;
      if (newcomers.size === MOST_NEWCOMER_LISTS) newcomers.clear();
      const list = copyOf(rank(user));
      newcomers.set(place, list);
      return list;
    },
  };
}

function copyOf({ ids, scores, size }: Best): Best {
  return { ids: ids.slice(0, size), scores: scores.slice(0, size), size };
}

/**
 * Unsold items compete among themselves for the few places they may take, and the best of them has one at least.
 * false: the list would be too short. A narrow filter or a small shop: a short list would serve nobody.
 */
function addFewUnsold(
  best: Best,
  of: Candidates & { readonly unsold: Uint8Array; readonly few: TopK; readonly k: number },
): boolean {
  const { items, scores, from, size, unsold, few, k } = of;
  few.size = 0;
  for (let at = from; at < size; at += 1) {
    const item = items[at] as number;
    if (unsold[item] === 1) pushTopK(few, item, scores[at] as number);
  }
  sortTopK(few);
  for (let place = 0; place < few.size; place += 1) {
    insertIntoBest(best, few.ids[place] as number, few.scores[place] as number, k);
  }
  if (best.size < k) return false;
  const first = few.ids[0] as number;
  if (few.size === 0 || k < PLACES_FOR_ONE_UNSOLD || best.ids.subarray(0, k).includes(first)) return true;
  best.ids[k - 1] = first;
  best.scores[k - 1] = few.scores[0] as number;
  return true;
}

function placeKey(signals: Signals, user: number): string {
  return user < 0 ? '' : signals.places.map(({ code }) => code[user]).join(' ');
}

/** log Σ exp(score) */
function logSumOf({ scores, size, highest }: UserScores): number {
  let total = 0;
  for (let at = 0; at < size; at += 1) total += exponential((scores[at] as number) - highest);
  return highest + Math.log(total);
}

/** Turns scores into chances, or into the log of an item's share among the candidates. */
function toChances(
  scorer: Scorer,
  user: number,
  of: {
    readonly best: Best;
    readonly logTotal: number;
    readonly chanceOf: ((score: number) => number) | null;
  },
): void {
  const { signals, chances } = scorer;
  const { best, logTotal, chanceOf } = of;
  if (chances === null || chanceOf === null) {
    for (let place = 0; place < best.size; place += 1)
      best.scores[place] = (best.scores[place] as number) - logTotal;
    return;
  }
  const { history, now, realTimes } = signals;
  const expected = expectedItems(chances.demand, history, { user, now, realTimes });
  const offset = Math.log(expected + 1e-12) - logTotal;
  for (let place = 0; place < best.size; place += 1) {
    best.scores[place] = chanceOf((best.scores[place] as number) + offset);
  }
}

export function isNewcomer(signals: Signals, user: number): boolean {
  return user < 0 || signals.history.baskets[user] === 0;
}
