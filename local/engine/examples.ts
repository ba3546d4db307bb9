import { type Blend, blendScore } from './blend.ts';
import { createCandidateFinder } from './candidates.ts';
import { FEATURE_COUNT, type Signals } from './signals.ts';
import { createTopK, pushTopK, type TopK } from './top-k.ts';

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
  readonly out: ExampleSlots;
}

/** Prepares a range kernel over positions of `truth.users`: the best candidates by the prior. */
export function prepareExamples(input: ExamplesInput): (from: number, to: number) => void {
  const { signals, truth, prior, out } = input;
  const finder = createCandidateFinder(signals, { mask: null, kept: 0 });
  const purchased = new Uint8Array(signals.history.itemCount);
  const top = createTopK(out.cap);
  return (from, to) => {
    for (let position = from; position < to; position += 1) {
      const user = truth.users[position] as number;
      const candidates = finder.find(user);
      mark(truth, position, purchased, 1);
      const newcomer = user < 0 || signals.history.baskets[user] === 0;
      top.size = 0;
      for (let at = 0; at < candidates.size; at += 1) {
        const weights = newcomer ? prior.newcomer : candidates.bought[at] === 1 ? prior.bought : prior.fresh;
        pushTopK(top, at, blendScore(weights, candidates.features, at * FEATURE_COUNT));
      }
      copy(top, { candidates, purchased, position, out });
      mark(truth, position, purchased, 0);
    }
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
    readonly candidates: {
      readonly items: Int32Array;
      readonly features: Float32Array;
      readonly bought: Uint8Array;
    };
    readonly purchased: Uint8Array;
    readonly position: number;
    readonly out: ExampleSlots;
  },
): void {
  const { candidates, purchased, position, out } = from;
  out.size[position] = top.size;
  for (let place = 0; place < top.size; place += 1) {
    const at = top.ids[place] as number;
    const slot = position * out.cap + place;
    out.features.set(
      candidates.features.subarray(at * FEATURE_COUNT, (at + 1) * FEATURE_COUNT),
      slot * FEATURE_COUNT,
    );
    out.bought[slot] = candidates.bought[at] as number;
    out.label[slot] = purchased[candidates.items[at] as number] as number;
  }
}
