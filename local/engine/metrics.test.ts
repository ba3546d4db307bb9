import { describe, expect, it } from 'vitest';
import { createRankingMetrics, ndcgAt, precisionAt, recallAt, reciprocalRank } from './metrics.ts';

describe('ranking metrics', () => {
  // The check value of Personalize's developer guide: relevant at ranks 2 and 5 of 2 relevant.
  const relevant = [0, 1, 0, 0, 1];

  it('agree with the published check value', () => {
    expect(reciprocalRank(relevant)).toBe(0.5);
    expect(ndcgAt(relevant, 5, 2)).toBeCloseTo(0.6241, 4);
    expect(precisionAt(relevant, 5)).toBe(0.4);
    expect(recallAt(relevant, 5, 2)).toBe(1);
  });

  it('divide by the full truth where the protocol does not truncate', () => {
    expect(ndcgAt([1], 1, 2, false)).toBeCloseTo(1 / (1 + 1 / Math.log2(3)), 10);
    expect(ndcgAt([1], 1, 2)).toBe(1);
  });

  it('are zero for lists without a hit and for nothing to find', () => {
    expect(reciprocalRank([0, 0])).toBe(0);
    expect(ndcgAt([0, 0], 2, 1)).toBe(0);
    expect(recallAt([], 5, 0)).toBe(0);
  });

  it('average over lists and count offered items for coverage', () => {
    const metrics = createRankingMetrics(10);
    metrics.add([1, 2, 3, 4, 5], new Set([2, 5]));
    metrics.add([1, 2, 3, 4, 6], new Set([9]));
    expect(metrics.finish()).toMatchObject({
      coverage: 0.6,
      precision_at_5: 0.2,
      mean_reciprocal_rank_at_25: 0.25,
    });
  });
});
