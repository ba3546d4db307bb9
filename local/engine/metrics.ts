/** Personalize's ranking metrics of one list. `relevant[r]` is 1 when the item at rank r + 1 was purchased. */

/** 1 / rank of the first relevant item, 0 without one. */
export function reciprocalRank(relevant: ArrayLike<number>): number {
  for (let rank = 0; rank < relevant.length; rank += 1) {
    if (relevant[rank] === 1) return 1 / (rank + 1);
  }
  return 0;
}

/** Relevant among the first k, over k. */
export function precisionAt(relevant: ArrayLike<number>, k: number): number {
  return hitsAt(relevant, k) / k;
}

/** Relevant among the first k, over all relevant. */
export function recallAt(relevant: ArrayLike<number>, k: number, relevantTotal: number): number {
  return relevantTotal === 0 ? 0 : hitsAt(relevant, k) / relevantTotal;
}

/**
 * Discounted gain with weight 1 / log2(1 + rank), over that of the best order of `min(k, relevantTotal)`
 * (of all relevant when `truncateIdeal` is false).
 */
export function ndcgAt(
  relevant: ArrayLike<number>,
  k: number,
  relevantTotal: number,
  truncateIdeal = true,
): number {
  let gain = 0;
  for (let rank = 0; rank < Math.min(k, relevant.length); rank += 1) {
    if (relevant[rank] === 1) gain += 1 / Math.log2(rank + 2);
  }
  let ideal = 0;
  for (let rank = 0; rank < (truncateIdeal ? Math.min(k, relevantTotal) : relevantTotal); rank += 1) {
    ideal += 1 / Math.log2(rank + 2);
  }
  return ideal === 0 ? 0 : gain / ideal;
}

export function hitsAt(relevant: ArrayLike<number>, k: number): number {
  let hits = 0;
  for (let rank = 0; rank < Math.min(k, relevant.length); rank += 1) hits += relevant[rank] as number;
  return hits;
}

export interface RankingMetrics {
  add(ids: ArrayLike<number>, truth: ReadonlySet<number>): void;
  /** Means over the lists added. */
  finish(): Record<string, number>;
}

/** Sums lists into Personalize's GetSolutionMetrics names. */
export function createRankingMetrics(itemCount: number): RankingMetrics {
  const sums = new Map<string, number>();
  const offered = new Set<number>();
  let lists = 0;
  const add = (name: string, value: number) => sums.set(name, (sums.get(name) ?? 0) + value);
  return {
    add(ids, truth) {
      lists += 1;
      const relevant = Uint8Array.from(ids, (id) => (truth.has(id) ? 1 : 0));
      for (let rank = 0; rank < ids.length; rank += 1) offered.add(ids[rank] as number);
      add('mean_reciprocal_rank_at_25', reciprocalRank(relevant.subarray(0, 25)));
      for (const k of [5, 10, 25]) {
        add(`normalized_discounted_cumulative_gain_at_${k}`, ndcgAt(relevant, k, truth.size));
        add(`precision_at_${k}`, precisionAt(relevant, k));
      }
    },
    finish() {
      const result: Record<string, number> = { coverage: itemCount === 0 ? 0 : offered.size / itemCount };
      for (const [name, sum] of sums) result[name] = sum / lists;
      return result;
    },
  };
}
