import type { Columns } from './columns.ts';
import {
  accumulateCooccurrence,
  type CooccurrenceInput,
  clearAccumulator,
  createAccumulator,
} from './cooccurrence.ts';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';

/**
 * Gram matrix of the items (scaled co-occurrence counts), as the ridge needs it: the full square where it fits,
 * else only the largest entries of each item. (The largest by cosine would leave out what a system of popular
 * neighbours is made of: measured on Gowalla, the ridge ranks as well on 400 by size as on 1,200 by cosine.)
 */
export interface Gram {
  readonly itemCount: number;
  /** itemCount × itemCount, or null. */
  readonly dense: Float32Array | null;
  /** Largest entries per item, or null. */
  readonly sparse: Columns | null;
  /** c(i, i). */
  readonly diagonal: Float32Array;
  /** Best sources of every item by cosine c(i, j) / √(c(i, i) c(j, j)); weights are the cosines. */
  readonly nearest: Columns;
}

export interface GramInput extends CooccurrenceInput {
  readonly gram: Gram;
}

/** Prepares a range kernel over items; `gram.diagonal` must be filled before. */
export function prepareGram(input: GramInput): (from: number, to: number) => void {
  const { gram } = input;
  const { dense, sparse, diagonal, nearest, itemCount } = gram;
  const accumulator = createAccumulator(itemCount);
  const inverse = Float64Array.from(diagonal, (size) => (size > 0 ? 1 / Math.sqrt(size) : 0));
  const top = createTopK(nearest.width);
  const largest = createTopK(sparse === null ? 0 : sparse.width);
  return (from, to) => {
    for (let item = from; item < to; item += 1) {
      accumulateCooccurrence(input, item, accumulator);
      const own = inverse[item] as number;
      top.size = 0;
      largest.size = 0;
      for (let place = 0; place < accumulator.size; place += 1) {
        const other = accumulator.touched[place] as number;
        const shared = accumulator.sums[other] as number;
        if (dense !== null) dense[item * itemCount + other] = shared;
        if (other === item) continue;
        pushTopK(top, other, shared * own * (inverse[other] as number));
        if (sparse !== null) pushTopK(largest, other, shared);
      }
      sortTopK(top);
      for (let place = 0; place < top.size; place += 1) {
        nearest.sources[item * nearest.width + place] = top.ids[place] as number;
        nearest.weights[item * nearest.width + place] = top.scores[place] as number;
      }
      for (let place = 0; sparse !== null && place < largest.size; place += 1) {
        sparse.sources[item * sparse.width + place] = largest.ids[place] as number;
        sparse.weights[item * sparse.width + place] = largest.scores[place] as number;
      }
      clearAccumulator(accumulator);
    }
  };
}
