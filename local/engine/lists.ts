import type { Blend } from './blend.ts';
import { type Calibration, calibratedChance } from './calibration.ts';
import { type Demand, expectedItems } from './demand.ts';
import { exponential } from './exponential.ts';
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

/** Lists of newcomers kept, one for each place. */
const MOST_NEWCOMER_LISTS = 100;

export interface ListMaker {
  /** Best first; the next call may overwrite it. */
  list(user: number): TopK;
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
  const rank = (user: number, top: TopK): TopK => {
    candidates.score(user);
    top.size = 0;
    for (let at = options.excludePurchased ? found.bought : 0; at < found.size; at += 1) {
      pushTopK(top, found.items[at] as number, found.scores[at] as number);
    }
    const logTotal = logSumOf(found);
    candidates.clear();
    sortTopK(top);
    if (top.size > 0) toChances(scorer, user, { top, logTotal });
    return top;
  };
  const scratch = createTopK(options.k);
  const newcomers = new Map<string, TopK>();
  return {
    list(user) {
      if (!isNewcomer(signals, user)) return rank(user, scratch);
      // Newcomers of one place have one list.
      const place = placeKey(signals, user);
      const known = newcomers.get(place);
      if (known !== undefined) return known;
      if (newcomers.size === MOST_NEWCOMER_LISTS) newcomers.clear();
      const list = rank(user, createTopK(options.k));
      newcomers.set(place, list);
      return list;
    },
  };
}

function placeKey(signals: Signals, user: number): string {
  return user < 0 ? '' : signals.places.map(({ code }) => code[user]).join(' ');
}

/** log Σ exp(score) */
function logSumOf({ scores, size }: UserScores): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < size; at += 1) largest = Math.max(largest, scores[at] as number);
  let total = 0;
  for (let at = 0; at < size; at += 1) total += exponential((scores[at] as number) - largest);
  return largest + Math.log(total);
}

/** Turns scores into chances, or into the log of an item's share among the candidates. */
function toChances(
  scorer: Scorer,
  user: number,
  of: { readonly top: TopK; readonly logTotal: number },
): void {
  const { signals, chances } = scorer;
  const { top, logTotal } = of;
  if (chances === null) {
    for (let place = 0; place < top.size; place += 1)
      top.scores[place] = (top.scores[place] as number) - logTotal;
    return;
  }
  const { history, now, realTimes } = signals;
  const expected = expectedItems(chances.demand, history, { user, now, realTimes });
  const offset = Math.log(expected + 1e-12) - logTotal;
  for (let place = 0; place < top.size; place += 1) {
    top.scores[place] = calibratedChance(chances.calibration, (top.scores[place] as number) + offset);
  }
}

export function isNewcomer(signals: Signals, user: number): boolean {
  return user < 0 || signals.history.baskets[user] === 0;
}
