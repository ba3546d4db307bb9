import { createGramWriter, type Gram } from './gram.ts';
import { createPairCounter, type PairsInput } from './pairs.ts';
import { createWalkWriter, type Walk } from './walk.ts';

export interface RelateInput {
  readonly pairs: PairsInput;
  readonly gram: Gram;
  /** null: only the Gram matrix is asked for. */
  readonly walk: Walk | null;
}

/** Prepares a range kernel over target items: one pass over the pairs gives the Gram matrix and the walk. */
export function prepareRelate(input: RelateInput): (from: number, to: number) => void {
  const counter = createPairCounter(input.pairs);
  const writeGram = createGramWriter(input.gram);
  const writeWalk = input.walk === null ? null : createWalkWriter(input.walk);
  return (from, to) => {
    for (let target = from; target < to; target += 1) {
      counter.count(target);
      writeGram(target, counter.pairs);
      writeWalk?.(target, counter.pairs);
    }
  };
}
