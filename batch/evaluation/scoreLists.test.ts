import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEAST_CUSTOMERS } from './evaluation.ts';
import { meanInterval, shareInterval } from './interval.ts';
import { judgeEvaluation } from './judgeEvaluation.ts';
import { ndcgAt10 } from './ranking.ts';
import { scoreLists } from './scoreLists.ts';
import type { TestCustomer } from './testCustomers.ts';

function customer(number: number, before: number[], after: number[]): TestCustomer {
  return {
    number,
    before: new Set(before),
    all: new Set(after),
    first: new Set(after.filter((item) => !before.includes(item))),
    repeat: new Set(after.filter((item) => before.includes(item))),
  };
}

describe('NDCG@10', () => {
  test('is 1 for the best order, falls with the rank, and is 0 beyond the tenth', () => {
    expect(ndcgAt10([4, 2, 9], new Set([2, 4]))).toBeCloseTo(1);
    expect(ndcgAt10([9, 4], new Set([4]))).toBeCloseTo(1 / Math.log2(3));
    expect(ndcgAt10([1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 4], new Set([4]))).toBe(0);
  });

  test('agrees with its definition', () => {
    const lists = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 20 });
    const wanted = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(lists, wanted, (list, items) => {
        const gain = (relevant: boolean[]) =>
          relevant.reduce((sum, yes, rank) => sum + (yes ? 1 / Math.log2(rank + 2) : 0), 0);
        const got = gain(list.slice(0, 10).map((item) => items.includes(item)));
        const best = gain(Array.from({ length: Math.min(10, items.length) }, () => true));
        expect(ndcgAt10(list, new Set(items))).toBeCloseTo(got / best);
      }),
    );
  });
});

describe('an interval', () => {
  test('of a share stays within 0 and 1 and narrows with the count', () => {
    expect(shareInterval(0, 20)[2]).toBeCloseTo(0.161, 3);
    const [share, low, high] = shareInterval(300, 1000);
    expect([share, low < 0.3, high > 0.3, high - low < 0.06]).toEqual([0.3, true, true, true]);
    expect(shareInterval(0, 0)).toEqual([0, 0, 1]);
  });

  test('of a mean is as wide as its standard error says', () => {
    // 50 zeros and 50 ones: variance 25 / 99, standard error 0.0503.
    expect(meanInterval(50, 50, 100)[1]).toBeCloseTo(0.5 - 1.96 * 0.05025, 3);
    expect(meanInterval(0.3, 0.09, 1)).toEqual([0.3, -0.7, 1.3]);
  });
});

describe('scored lists', () => {
  const buyers = [customer(1, [1, 2], [2, 7]), customer(2, [3], [8]), customer(3, [4], [4])];
  const popularity = { name: 'popularity', engine: null, listOf: () => [7, 1, 2, 3, 4] } as const;
  const own = {
    name: 'embedded',
    engine: 'embedded',
    listOf: (number: number) => ({ 1: [2, 7], 2: [9, 3] })[number] ?? null,
  } as const;

  test('tell first purchases and repeats apart, and count whoever has no list as missed', () => {
    const [mine, popular] = scoreLists(buyers, [own, popularity]);
    expect(mine?.all).toMatchObject({
      customers: 3,
      hit_rate: [1 / 3, expect.any(Number), expect.any(Number)],
    });
    // First purchases: 7 by customer 1, 8 by customer 2. Repeats: 2 by customer 1, 4 by customer 3.
    expect([mine?.first.customers, mine?.first.ndcg[0]]).toEqual([2, 0.5]);
    expect([mine?.repeat.customers, mine?.repeat.ndcg[0]]).toEqual([2, 0.5]);
    // Popularity's list without what a customer had not bought begins with 1, 2 for one, with 4 for the other.
    expect(popular?.repeat.ndcg[0]).toBeCloseTo((1 / Math.log2(3) + 1) / 2);
    expect(popular?.all.over_popularity[0]).toBe(0);
  });

  test('worse than popularity beyond doubt are held; too few customers, or no lists, only warned of', () => {
    const many = Array.from({ length: LEAST_CUSTOMERS }, (_, i) => customer(i, [3], [7]));
    const evaluation = (customers: TestCustomer[], listOf: () => number[]) => ({
      kind: 'orders_since' as const,
      cut_off: '2026-01-01T00:00:00.000Z',
      until: '2026-01-29T00:00:00.000Z',
      customers: customers.length,
      contestants: scoreLists(customers, [{ name: 'published', engine: 'aws', listOf }, popularity]),
    });
    expect(
      judgeEvaluation(
        evaluation(many, () => [1]),
        'published',
      ),
    ).toMatchObject({
      verdict: 'hold',
      found:
        'NDCG@10 0.000 (−1.000 to popularity, 95 % −1.000 … −1.000), 100 customers, orders since 2026-01-01',
    });
    expect(
      judgeEvaluation(
        evaluation(many, () => [7]),
        'published',
      ).verdict,
    ).toBe('pass');
    expect(
      judgeEvaluation(
        evaluation(many.slice(1), () => [1]),
        'published',
      ).verdict,
    ).toBe('warn');
    expect(judgeEvaluation(null, 'published').verdict).toBe('warn');
  });

  test('too few customers are named as the reason, also where no engine was asked because of them', () => {
    const few = {
      kind: 'holdout' as const,
      cut_off: '2026-01-01T00:00:00.000Z',
      until: '2026-01-29T00:00:00.000Z',
      customers: LEAST_CUSTOMERS - 1,
      contestants: scoreLists([customer(1, [3], [7])], [popularity]),
    };
    expect(judgeEvaluation(few, 'embedded')).toMatchObject({
      verdict: 'warn',
      found: '99 customers bought in the time kept for it: too few to tell',
    });
  });
});
