/** Positions of a list that are scored. */
export const DEPTH = 10;

/** 1 / log2(rank + 1) for ranks 1 … 10. */
const GAINS = Float64Array.from({ length: DEPTH }, (_, rank) => 1 / Math.log2(rank + 2));
/** Gain of a list whose first n entries are all wanted: IDEAL[n]. */
const IDEAL = Float64Array.from({ length: DEPTH + 1 }, (_, n) =>
  GAINS.subarray(0, n).reduce((sum, gain) => sum + gain, 0),
);

/**
 * NDCG@10 with binary relevance: Σ 1 / log2(rank + 1) over wanted entries of the top ten, divided by that of the
 * best order. In [0, 1]; above 0 exactly when the top ten holds a wanted item. `list` may be longer.
 * Source: Järvelin, Kekäläinen, "Cumulated gain-based evaluation", TOIS 2002. O(10).
 */
export function ndcgAt10(list: readonly number[], wanted: ReadonlySet<number>): number {
  let gain = 0;
  const length = Math.min(DEPTH, list.length);
  for (let rank = 0; rank < length; rank++)
    if (wanted.has(list[rank] as number)) gain += GAINS[rank] as number;
  return gain === 0 ? 0 : gain / (IDEAL[Math.min(DEPTH, wanted.size)] as number);
}
