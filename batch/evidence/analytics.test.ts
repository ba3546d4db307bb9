import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexCustomerOrders, orderCountOf } from './customerOrders.ts';
import { indexItemLines } from './itemLines.ts';
import { type OrderFact, orderBookOf } from './orderBook.ts';
import { rankPairs } from './pairs.ts';
import { productFigures } from './productFigures.ts';
import type { Products } from './readProducts.ts';
import { describeSegments, groupByTaste, LEAST_CUSTOMERS } from './segments.ts';
import { shopMetrics } from './shopMetrics.ts';
import { readTastes } from './tastes.ts';

const orders: fc.Arbitrary<OrderFact[]> = fc.array(
  fc.record({
    customer: fc.integer({ min: 0, max: 6 }),
    time: fc.nat({ max: 1000 }),
    place: fc.constant(0),
    items: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Items 1, 4, 7 … stand in category 1, 2, 5, 8 … in 2, the others in 0. */
function productsUpTo(maxItem: number): Products {
  return {
    count: maxItem,
    maxItem,
    numberOf: new Map(),
    recommendable: new Uint8Array(maxItem + 1).fill(1),
    sellable: new Uint8Array(maxItem + 1).fill(1),
    categoryOf: Uint32Array.from({ length: maxItem + 1 }, (_, item) => item % 3),
    categoryPaths: [['A'], ['B'], ['C']],
  };
}

test('figures of products are what a count over all orders gives', () => {
  fc.assert(
    fc.property(orders, fc.integer({ min: 1, max: 9 }), (facts, hidden) => {
      const book = orderBookOf(facts);
      const index = indexItemLines(book);
      const keep = (item: number) => item !== hidden;
      const pairs = rankPairs(book, index, 64);
      const figures = productFigures({ book, index, pairs, keep, limit: 100 });
      for (const { item, ...figure } of figures) {
        const mine = facts.filter(({ items }) => items.includes(item));
        const timesOf = (customer: number) => mine.filter((order) => order.customer === customer).length;
        const customers = [1, 2, 3, 4, 5, 6].filter((customer) => timesOf(customer) > 0);
        const others = new Set(mine.flatMap(({ items }) => items).filter((other) => other !== item));
        expect(figure).toMatchObject({
          orders: mine.length,
          customers: customers.length,
          repeat_customers: customers.filter((customer) => timesOf(customer) > 1).length,
          neighbours: others.size,
        });
        if (figure.best === null) expect([...others].filter(keep)).toEqual([]);
        else {
          const [best, together] = figure.best;
          expect(together).toBe(mine.filter(({ items }) => items.includes(best)).length);
          expect(best).not.toBe(hidden);
        }
      }
      const sold = new Set(facts.flatMap(({ items }) => items));
      expect(figures.map(({ item }) => item).sort()).toEqual([...sold].filter(keep).sort());
      const ranks = figures.map(({ neighbours }) => neighbours);
      expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
    }),
  );
});

test('metrics of the shop are what a count gives', () => {
  fc.assert(
    fc.property(orders, (facts) => {
      const book = orderBookOf(facts);
      const distinct = facts.map(({ items, ...order }) => ({ ...order, items: [...new Set(items)] }));
      const pairs = rankPairs(book, indexItemLines(book), 64);
      const metrics = shopMetrics(book, indexCustomerOrders(book), pairs);
      const named = distinct.filter(({ customer }) => customer > 0);
      const customers = new Set(named.map(({ customer }) => customer)).size;
      const together = new Set(
        distinct.flatMap(({ items }) =>
          items.flatMap((a) => items.filter((b) => a < b).map((b) => `${a} ${b}`)),
        ),
      );
      expect(metrics).toMatchObject({ customers_with_orders: customers, pairs: together.size });
      expect(metrics['guest_order_share']).toBeCloseTo(1 - named.length / distinct.length, 3);
      const lines = distinct.reduce((sum, { items }) => sum + items.length, 0);
      expect(metrics['items_per_order']).toBeCloseTo(lines / distinct.length, 2);
      if (customers > 0) expect(metrics['orders_per_customer']).toBeCloseTo(named.length / customers, 1);
    }),
  );
});

describe('customers grouped by taste', () => {
  const grouped = (facts: readonly OrderFact[]) => {
    const book = orderBookOf(facts);
    const index = indexCustomerOrders(book);
    const tastes = readTastes(book, index, productsUpTo(book.maxItem));
    const segments = groupByTaste(tastes);
    return { tastes, segments, described: describeSegments(tastes, segments, (c) => orderCountOf(index, c)) };
  };

  test('count each customer once, with lines of their own categories', () => {
    fc.assert(
      fc.property(orders, (facts) => {
        const { tastes, segments } = grouped(facts);
        const customers = [...new Set(facts.map(({ customer }) => customer))].filter((c) => c > 0);
        expect([...tastes.customers]).toEqual(customers.sort((a, b) => a - b));
        tastes.customers.forEach((customer, row) => {
          const mine = facts.filter((order) => order.customer === customer);
          const expected = new Map<number, number>();
          for (const item of mine.flatMap(({ items }) => [...new Set(items)]))
            expected.set(item % 3, (expected.get(item % 3) ?? 0) + 1);
          const [from, to] = [tastes.starts[row], tastes.starts[row + 1]];
          const lines = tastes.lines.subarray(from, to);
          const found = new Map(
            Array.from(tastes.categories.subarray(from, to), (category, i) => [category, lines[i]]),
          );
          expect(found).toEqual(expected);
        });
        for (const segment of segments.segmentOf) expect(segment).toBeLessThan(segments.count);
        for (const cosine of segments.similarity) {
          expect(cosine).toBeGreaterThanOrEqual(0);
          expect(cosine).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('who buy different things stand apart, and small groups are not told of', () => {
    // 100 customers buy of category B, 60 of C, five of A.
    const facts = Array.from({ length: 165 }, (_, i): OrderFact => {
      const item = i < 100 ? 1 : i < 160 ? 2 : 3;
      return { customer: i + 1, time: i, place: 0, items: [item, item + 3] };
    });
    const { described } = grouped(facts);
    expect(
      described.map(({ customers, orders, tastes }) => [customers, orders, tastes[0]?.category]),
    ).toEqual([
      [100, 1, 1],
      [60, 1, 2],
    ]);
    expect(described[0]?.tastes[0]).toMatchObject({ share: 1 });
    expect(described[0]?.tastes[0]?.lift).toBeCloseTo(1.65);
    for (const { customers } of described) expect(customers).toBeGreaterThanOrEqual(LEAST_CUSTOMERS);
  });

  test('are none in a shop without customers', () => {
    expect(grouped([{ customer: 0, time: 1, place: 0, items: [1] }]).described).toEqual([]);
  });
});
