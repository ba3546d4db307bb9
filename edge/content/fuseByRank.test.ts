import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDefaultsStore } from '../stores/defaultsStore.ts';
import { DEFAULTS } from '../testing/sampleShop.ts';
import type { Candidate } from './candidate.ts';
import { fuseByRank } from './fuseByRank.ts';

const origin = openDefaultsStore(DEFAULTS);
const candidate = (item: number, about: number | null = null): Candidate => ({
  ...{ item, step: 'similar', score: null, reason: 'similar_to', about, origin },
});
const itemsOf = (candidates: readonly Candidate[]) => candidates.map(({ item }) => item);

describe('fusing lists by rank', () => {
  test('puts first what several lists agree on, and keeps the best-placed reason', () => {
    const fused = fuseByRank([
      [candidate(1, 100), candidate(2, 100)],
      [candidate(2, 200), candidate(3, 200)],
    ]);
    expect(itemsOf(fused)).toEqual([2, 1, 3]);
    expect(fused[0]?.about).toBe(200);
  });

  test('leaves a single list as it is', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50)), (items) => {
        expect(itemsOf(fuseByRank([items.map((item) => candidate(item))]))).toEqual(items);
      }),
    );
  });

  test('agrees with the sums of reciprocal ranks, and holds every item once', () => {
    const lists = fc.array(fc.uniqueArray(fc.nat(20), { maxLength: 15 }), { maxLength: 5 });
    fc.assert(
      fc.property(lists, (of) => {
        const weightOf = (item: number) =>
          of
            .map((list) => list.indexOf(item))
            .reduce((sum, rank) => sum + (rank < 0 ? 0 : 1 / (10 + rank)), 0);
        const fused = itemsOf(fuseByRank(of.map((list) => list.map((item) => candidate(item)))));
        expect([...fused].sort()).toEqual([...new Set(of.flat())].sort());
        const weights = fused.map(weightOf);
        weights.slice(1).forEach((weight, i) => {
          expect(weight).toBeLessThanOrEqual((weights[i] ?? 0) + 1e-12);
        });
      }),
    );
  });
});
