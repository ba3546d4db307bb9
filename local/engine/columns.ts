import { sharedFloat32, sharedInt32 } from './shared-arrays.ts';
import { createTopK, pushTopK } from './top-k.ts';

/**
 * An item-to-item model by target: row i holds up to `width` sources of target i with their weights,
 * best first, at [i·width, (i+1)·width); -1 = no more.
 */
export interface Columns {
  readonly itemCount: number;
  readonly width: number;
  readonly sources: Int32Array;
  readonly weights: Float32Array;
}

/** The same model by source (compressed sparse rows): what scoring a history walks over. */
export interface SourceRows {
  readonly start: Int32Array;
  readonly target: Int32Array;
  readonly weight: Float32Array;
}

export function createColumns(itemCount: number, width: number): Columns {
  const size = itemCount * width;
  return { itemCount, width, sources: sharedInt32(size).fill(-1), weights: sharedFloat32(size) };
}

/** Targets kept of one source: what everybody buys leads to nearly everything, hardly. */
const FEWEST_TARGETS = 64;

/**
 * Turns the model round: O(items × width). Weights of zero are left out, and of a source with more targets than
 * max(FEWEST_TARGETS, width) the weakest: measured at 41,820 items, a half of the work for 0.1 % of the places.
 */
export function bySource(columns: Columns): SourceRows {
  const { itemCount, width, sources, weights } = columns;
  const most = Math.max(FEWEST_TARGETS, width);
  const counts = countTargets(columns);
  const least = leastWeights(columns, counts, most);
  const start = sharedInt32(itemCount + 1);
  for (let item = 0; item < itemCount; item += 1) {
    start[item + 1] = (start[item] as number) + Math.min(most, counts[item] as number);
  }
  const total = start[itemCount] as number;
  const rows: SourceRows = { start, target: sharedInt32(total), weight: sharedFloat32(total) };
  const next = start.slice(0, itemCount);
  for (let target = 0, at = 0; target < itemCount; target += 1) {
    for (const end = at + width; at < end; at += 1) {
      const source = sources[at] as number;
      const weight = weights[at] as number;
      if (source < 0 || weight === 0) continue;
      const place = next[source] as number;
      // Equal weights at the limit: the first ones stay.
      if (Math.abs(weight) < (least[source] as number) || place === start[source + 1]) continue;
      next[source] = place + 1;
      rows.target[place] = target;
      rows.weight[place] = weight;
    }
  }
  return rows;
}

/** By source: weights that are not zero. */
function countTargets({ itemCount, sources, weights }: Columns): Int32Array {
  const counts = new Int32Array(itemCount);
  for (let at = 0; at < sources.length; at += 1) {
    const source = sources[at] as number;
    if (source >= 0 && weights[at] !== 0) counts[source] = (counts[source] as number) + 1;
  }
  return counts;
}

/** By source: the size of the weakest weight among its `most` strongest; 0 when it has no more. */
function leastWeights({ sources, weights }: Columns, counts: Int32Array, most: number): Float32Array {
  const strongest = Array.from(counts, (count) => (count > most ? createTopK(most) : null));
  for (let at = 0; at < sources.length; at += 1) {
    const source = sources[at] as number;
    const top = source < 0 ? null : strongest[source];
    if (top) pushTopK(top, at, Math.abs(weights[at] as number));
  }
  return Float32Array.from(strongest, (top) => (top === null ? 0 : (top.scores[0] as number)));
}
