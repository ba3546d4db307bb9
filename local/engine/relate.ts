import { createGramWriter, type Gram } from './gram.ts';
import { createPairCounter, type PairsInput } from './pairs.ts';
import { createWalkWriter, type Walk } from './walk.ts';

export interface RelateInput {
  readonly pairs: PairsInput;
  readonly gram: Gram;
  /** null: only the Gram matrix is asked for. */
  readonly walk: Walk | null;
  /** null: every item. */
  readonly targets: Int32Array | null;
}

/** Prepares a range kernel over positions of `targets`: one pass over the pairs gives the Gram matrix and the walk. */
export function prepareRelate(input: RelateInput): (from: number, to: number) => void {
  const { targets } = input;
  const counter = createPairCounter(input.pairs);
  const writeGram = createGramWriter(input.gram);
  const writeWalk = input.walk === null ? null : createWalkWriter(input.walk);
  return (from, to) => {
    for (let at = from; at < to; at += 1) {
      const target = targets === null ? at : (targets[at] as number);
      counter.count(target);
      writeGram(target, counter.pairs);
      writeWalk?.(target, counter.pairs);
    }
  };
}
