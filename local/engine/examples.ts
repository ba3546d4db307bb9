import type { Blend } from './blend.ts';
import { FEATURE_COUNT, type Signals } from './signals.ts';
import { createTopK, pushTopK, type TopK } from './top-k.ts';
import { createUserScorer, type UserScorer } from './user-scores.ts';

/** Purchases to be predicted, by position in a list of users. */
export interface Truth {
  readonly users: Int32Array;
  readonly start: Int32Array;
  /** Different items, ascending within a user. */
  readonly item: Int32Array;
}

/** Where the examples of the users go: `cap` places each. */
export interface ExampleSlots {
  readonly cap: number;
  readonly size: Int32Array;
  readonly features: Float32Array;
  readonly bought: Uint8Array;
  readonly label: Uint8Array;
}

export interface ExamplesInput {
  readonly signals: Signals;
  readonly truth: Truth;
  /**
   * Ranks candidates, so that those kept are hard to tell apart. Purchases are kept only where they rank high
   * enough too: keeping all of them would teach that a low rank speaks for an item.
   */
  readonly prior: Blend;
  /** Positions of `truth.users`, neighbours alike: see `orderByPlace`. */
  readonly order: Int32Array;
  readonly out: ExampleSlots;
}

/** Prepares a range kernel over positions of `order`: the best candidates by the prior. */
export function prepareExamples(input: ExamplesInput): (from: number, to: number) => void {
  const { signals, truth, prior, order, out } = input;
  const candidates = createUserScorer(signals, prior);
  const { found } = candidates;
  const purchased = new Uint8Array(signals.history.itemCount);
  const top = createTopK(out.cap);
  const isAlike = createLikeness(signals);
  return (from, to) => {
    for (let at = from; at < to; at += 1) {
      const position = order[at] as number;
      const user = truth.users[position] as number;
      if (!isAlike(user)) {
        candidates.score(user);
        top.size = 0;
        for (let place = 0; place < found.size; place += 1)
          pushTopK(top, place, found.scores[place] as number);
      }
      mark(truth, position, purchased, 1);
      copy(top, { candidates, purchased, position, out });
      mark(truth, position, purchased, 0);
    }
  };
}

/** Whether a user's candidates are those of the one asked before: newcomers of one place, nothing else being known. */
function createLikeness({ history, places }: Signals): (user: number) => boolean {
  let last: number | null = null;
  return (user) => {
    const newcomer = history.baskets[user] === 0;
    const before = last;
    last = newcomer ? user : null;
    return newcomer && before !== null && places.every(({ code }) => code[user] === code[before]);
  };
}

function mark(truth: Truth, position: number, purchased: Uint8Array, value: 0 | 1): void {
  for (let at = truth.start[position] as number; at < (truth.start[position + 1] as number); at += 1) {
    purchased[truth.item[at] as number] = value;
  }
}

function copy(
  top: TopK,
  from: {
    readonly candidates: UserScorer;
    readonly purchased: Uint8Array;
    readonly position: number;
    readonly out: ExampleSlots;
  },
): void {
  const { candidates, purchased, position, out } = from;
  const { found } = candidates;
  out.size[position] = top.size;
  for (let place = 0; place < top.size; place += 1) {
    const at = top.ids[place] as number;
    const item = found.items[at] as number;
    const slot = position * out.cap + place;
    candidates.describe(at, out.features, slot * FEATURE_COUNT);
    out.bought[slot] = at < found.bought ? 1 : 0;
    out.label[slot] = purchased[item] as number;
  }
}
