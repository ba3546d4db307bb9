/** How slowly a rank loses weight; 60 is the value of the paper below. */
const RANK_OFFSET = 60;

/**
 * One ranking out of several by reciprocal ranks: an item weighs Σ 1 / (60 + its rank), so that agreement
 * counts and neither ranking's scores matter. Ties go to the item that was met first.
 * Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion", SIGIR 2009. O(n log n).
 * Example: [1, 2] and [2, 3] give [2, 1, 3].
 */
export function fuseRankings(rankings: readonly (readonly number[])[], limit: number): number[] {
  const weights = new Map<number, number>();
  for (const ranking of rankings) {
    ranking.forEach((item, rank) => {
      weights.set(item, (weights.get(item) ?? 0) + 1 / (RANK_OFFSET + 1 + rank));
    });
  }
  return [...weights.entries()]
    .sort((a, b) => b[1] - a[1])
    .slice(0, limit)
    .map(([item]) => item);
}
