import type { Columns } from './columns.ts';
import type { Pairs } from './pairs.ts';
import { BINS, createBestSelector } from './select-best.ts';

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

/** Writes a target's rows from its pairs; `gram.diagonal` must be filled before. */
export function createGramWriter(gram: Gram): (target: number, pairs: Pairs) => void {
  const { dense, sparse, diagonal, nearest, itemCount } = gram;
  const inverse = Float64Array.from(diagonal, (size) => (size > 0 ? 1 / Math.sqrt(size) : 0));
  const keepNearest = createColumnWriter(nearest);
  const keepLargest = sparse === null ? null : createColumnWriter(sparse);
  const cosines = new Float64Array(itemCount);
  return (target, pairs) => {
    const { items, together, size } = pairs;
    const own = inverse[target] as number;
    for (let at = 0; at < size; at += 1) {
      const other = items[at] as number;
      cosines[at] = (together[at] as number) * own * (inverse[other] as number);
    }
    keepNearest(target, { items, scores: cosines, size });
    keepLargest?.(target, { items, scores: together, size });
    if (dense === null) return;
    const base = target * itemCount;
    for (let at = 0; at < size; at += 1) dense[base + (items[at] as number)] = together[at] as number;
    dense[base + target] = diagonal[target] as number;
  };
}

/** Keeps the best `columns.width` sources of a target. */
export function createColumnWriter(
  columns: Columns,
): (
  target: number,
  of: { readonly items: Int32Array; readonly scores: Float64Array; readonly size: number },
) => void {
  const { width, sources, weights } = columns;
  const select = createBestSelector(width);
  return (target, { items, scores, size }) => {
    let highest = 0;
    for (let at = 0; at < size; at += 1) {
      const score = scores[at] as number;
      if (score > highest) highest = score;
    }
    const perUnit = highest > 0 ? BINS / highest : 1;
    const best = select({ items, scores, from: 0, size, skip: null, highest, perUnit });
    const base = target * width;
    for (let place = 0; place < best.size; place += 1) {
      sources[base + place] = best.ids[place] as number;
      weights[base + place] = best.scores[place] as number;
    }
  };
}
