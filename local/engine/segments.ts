import type { Columns } from './columns.ts';
import { clearAccumulator, createAccumulator } from './cooccurrence.ts';
import type { History, Holders } from './history.ts';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';

/**
 * The users most likely to buy an item:
 *   score(u, i) = size(u)^-e · (Σ over sources j of i that u holds of weight(j → i) + own(i) if u holds i)
 * The size correction keeps heavy buyers, who hold something of everything, from leading every segment.
 */
export interface SegmentsInput {
  readonly history: History;
  readonly holders: Holders;
  readonly sources: Columns;
  readonly ownWeight: Float32Array;
  readonly userScale: Float32Array;
  readonly items: Int32Array;
  readonly k: number;
  /** items × k; ids -1 = no more. */
  readonly ids: Int32Array;
  readonly scores: Float32Array;
  readonly known: Uint8Array;
}

/** Prepares a range kernel over positions of `items`. Cost: Σ over an item's sources of their holders. */
export function prepareSegments(input: SegmentsInput): (from: number, to: number) => void {
  const { holders, sources, ownWeight, userScale, items, k, ids, scores, known } = input;
  const accumulator = createAccumulator(input.history.userCount);
  const top = createTopK(k);
  const add = (source: number, weight: number) => {
    for (let at = holders.start[source] as number; at < (holders.start[source + 1] as number); at += 1) {
      const user = holders.user[at] as number;
      const before = accumulator.sums[user] as number;
      if (before === 0) {
        accumulator.touched[accumulator.size] = user;
        accumulator.size += 1;
      }
      accumulator.sums[user] = before + weight;
    }
  };
  return (from, to) => {
    for (let position = from; position < to; position += 1) {
      const item = items[position] as number;
      ids.fill(-1, position * k, (position + 1) * k);
      if (item < 0) continue;
      add(item, ownWeight[item] as number);
      for (let at = item * sources.width; at < (item + 1) * sources.width; at += 1) {
        const source = sources.sources[at] as number;
        if (source < 0) break;
        const weight = sources.weights[at] as number;
        if (weight > 0) add(source, weight);
      }
      top.size = 0;
      for (let at = 0; at < accumulator.size; at += 1) {
        const user = accumulator.touched[at] as number;
        const score = (accumulator.sums[user] as number) * (userScale[user] as number);
        pushTopK(top, user, score);
      }
      clearAccumulator(accumulator);
      sortTopK(top);
      known[position] = top.size > 0 ? 1 : 0;
      for (let place = 0; place < top.size; place += 1) {
        ids[position * k + place] = top.ids[place] as number;
        scores[position * k + place] = top.scores[place] as number;
      }
    }
  };
}
