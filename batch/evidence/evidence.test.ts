import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCopurchaseCounter, PAIR_REACH } from './copurchases.ts';
import { indexCustomerOrders } from './customerOrders.ts';
import { indexItemLines, ordersOfItem } from './itemLines.ts';
import { type OrderFact, orderBookOf } from './orderBook.ts';
import { pairLift, pairStrength, rankPairs } from './pairs.ts';
import { newestTime, rankPopularity, recencyWeights } from './popularity.ts';
import { createPurchaseReader } from './purchases.ts';
import { createTopK } from './topK.ts';
import { topPairs } from './topPairs.ts';
import { growth, rankTrending, TRENDING_FLOOR } from './trending.ts';

const DAY = 86_400;

const order: fc.Arbitrary<OrderFact> = fc.record({
  customer: fc.integer({ min: 0, max: 6 }),
  time: fc.integer({ min: 0, max: 200 }).map((days) => days * DAY),
  place: fc.integer({ min: 0, max: 3 }),
  items: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 8 }),
});
const orders = fc.array(order, { minLength: 1, maxLength: 40 });

function distinct(facts: readonly OrderFact[]): Set<number>[] {
  return facts.map(({ items }) => new Set(items));
}

function together(facts: readonly OrderFact[], a: number, b: number): number {
  return distinct(facts).filter((items) => items.has(a) && items.has(b)).length;
}

describe('co-purchases', () => {
  test('are counted as a count over all orders does, guests and repeated lines included', () => {
    fc.assert(
      fc.property(orders, (facts) => {
        const book = orderBookOf(facts);
        const counter = createCopurchaseCounter(book, indexItemLines(book));
        for (let a = 1; a <= book.maxItem; a++) {
          const found = counter.count(a);
          const neighbours = [...counter.neighbours.subarray(0, found)];
          expect(new Set(neighbours).size).toBe(found);
          for (let b = 1; b <= book.maxItem; b++) {
            const expected = a === b ? 0 : together(facts, a, b);
            expect(counter.counts[b]).toBe(expected);
            expect(neighbours.includes(b)).toBe(expected > 0);
          }
        }
      }),
    );
  });

  test('of a giant order reach so many lines either way, the same from both sides', () => {
    const items = Array.from({ length: 400 }, (_, i) => i + 1);
    const book = orderBookOf([{ customer: 0, time: 0, place: 0, items }]);
    const counter = createCopurchaseCounter(book, indexItemLines(book));
    expect(counter.count(1)).toBe(PAIR_REACH);
    expect(counter.count(200)).toBe(2 * PAIR_REACH);
    expect(counter.counts[200 - PAIR_REACH]).toBe(1);
    expect(counter.counts[200 - PAIR_REACH - 1]).toBe(0);
    counter.count(200 - PAIR_REACH);
    expect(counter.counts[200]).toBe(1);
  });
});

describe('pairs', () => {
  test('are the strongest co-purchases of every item', () => {
    fc.assert(
      fc.property(orders, fc.integer({ min: 1, max: 5 }), (facts, k) => {
        const book = orderBookOf(facts);
        const pairs = rankPairs(book, indexItemLines(book), k);
        const having = (item: number) => distinct(facts).filter((items) => items.has(item)).length;
        for (let a = 1; a <= book.maxItem; a++) {
          const all = Array.from({ length: book.maxItem }, (_, i) => i + 1)
            .map((b) => ({ b, support: a === b ? 0 : together(facts, a, b) }))
            .filter(({ support }) => support > 0)
            .map(({ b, support }) => ({ b, support, strength: pairStrength(support, having(a), having(b)) }))
            .sort((x, y) => y.strength - x.strength || x.b - y.b);
          const from = pairs.starts[a] as number;
          const to = pairs.starts[a + 1] as number;
          expect(pairs.neighbours[a]).toBe(all.length);
          expect([...pairs.items.subarray(from, to)]).toEqual(all.slice(0, k).map(({ b }) => b));
          expect([...pairs.supports.subarray(from, to)]).toEqual(
            all.slice(0, k).map(({ support }) => support),
          );
        }
      }),
    );
  });

  test('of the whole shop are those with the most shared orders, each once', () => {
    fc.assert(
      fc.property(orders, (facts) => {
        const book = orderBookOf(facts);
        const index = indexItemLines(book);
        const pairs = rankPairs(book, index, 12);
        const keep = (item: number) => item % 3 !== 0;
        const found = topPairs({ book, index, pairs, keep, limit: 5 });
        const supports: number[] = [];
        for (let a = 1; a <= book.maxItem; a++) {
          for (let b = a + 1; b <= book.maxItem; b++) {
            if (keep(a) && keep(b)) supports.push(together(facts, a, b));
          }
        }
        const expected = supports
          .filter((s) => s > 0)
          .sort((x, y) => y - x)
          .slice(0, 5);
        expect(found.map(({ support }) => support)).toEqual(expected);
        expect(new Set(found.map(({ a, b }) => `${a}-${b}`)).size).toBe(found.length);
        for (const { a, b, support, lift } of found) {
          expect(a).toBeLessThan(b);
          const [na, nb] = [ordersOfItem(index, a), ordersOfItem(index, b)];
          expect(lift).toBe(pairLift({ support, a: na, b: nb, orders: book.orderCount }));
        }
      }),
    );
  });

  test('lift is 1 when two items meet as often as chance has it', () => {
    expect(pairLift({ support: 5, a: 10, b: 50, orders: 100 })).toBe(1);
  });
});

describe('popularity', () => {
  test('of each group is the sum of its orders by recency, most first', () => {
    fc.assert(
      fc.property(orders, fc.integer({ min: 1, max: 6 }), (facts, limit) => {
        const kept = facts.filter(({ items }) => items.length > 0);
        fc.pre(kept.length > 0);
        const book = orderBookOf(facts);
        const listed = Uint8Array.from({ length: book.maxItem + 1 }, (_, item) => (item % 5 === 0 ? 0 : 1));
        const weights = recencyWeights(book, 30);
        const groupOfOrder = book.places.map((place) => place - 1);
        const lists = rankPopularity({
          book,
          orderWeights: weights,
          groupOfOrder,
          groupCount: 3,
          listed,
          limit,
        });
        for (let group = 0; group < 3; group++) {
          const mine = kept.map((fact, o) => ({ fact, o })).filter(({ fact }) => fact.place === group + 1);
          const all = Array.from({ length: book.maxItem }, (_, i) => i + 1)
            .filter((item) => listed[item] === 1)
            .map((item) => {
              const having = mine.filter(({ fact }) => fact.items.includes(item));
              return {
                item,
                count: having.length,
                sum: having.reduce((s, { o }) => s + (weights[o] as number), 0),
              };
            })
            .filter(({ count }) => count > 0)
            .sort((x, y) => y.sum - x.sum || x.item - y.item)
            .slice(0, limit);
          const [from, to] = [lists.starts[group], lists.starts[group + 1]];
          expect([...lists.items.subarray(from, to)]).toEqual(all.map(({ item }) => item));
          expect([...lists.counts.subarray(from, to)]).toEqual(all.map(({ count }) => count));
        }
      }),
    );
  });

  test('halves an order after one half-life, counted from the newest order', () => {
    const book = orderBookOf([
      { customer: 0, time: 0, place: 0, items: [1] },
      { customer: 0, time: 90 * DAY, place: 0, items: [1] },
    ]);
    expect([...recencyWeights(book, 90)]).toEqual([0.5, 1]);
    expect(newestTime(book)).toBe(90 * DAY);
    expect(newestTime(orderBookOf([]))).toBeNull();
  });
});

describe('trending', () => {
  const sold = (item: number, daysAgo: number, times: number): OrderFact[] =>
    Array.from({ length: times }, () => ({
      customer: 0,
      time: (200 - daysAgo) * DAY,
      place: 0,
      items: [item],
    }));

  test('is growth over the weeks before, not size', () => {
    const book = orderBookOf([...sold(1, 1, 30), ...sold(1, 40, 90), ...sold(2, 0, 10), ...sold(2, 50, 3)]);
    const all = new Uint8Array(book.maxItem + 1).fill(1);
    const lists = rankTrending(book, all, 10);
    expect([...lists.items]).toEqual([2]);
    expect([...lists.counts]).toEqual([10]);
    expect(lists.weights[0]).toBeCloseTo(growth(10, 3));
  });

  test('has a floor, leaves out what may not be listed and what only shrinks', () => {
    const book = orderBookOf([
      ...sold(1, 0, TRENDING_FLOOR - 1),
      ...sold(2, 0, 20),
      ...sold(3, 0, 20),
      ...sold(4, 0, 5),
      ...sold(4, 60, 500),
    ]);
    const listed = Uint8Array.of(0, 1, 0, 1, 1);
    expect([...rankTrending(book, listed, 10).items]).toEqual([3]);
  });

  test('forgets what was sold long before', () => {
    const book = orderBookOf([...sold(1, 0, 6), ...sold(1, 150, 900)]);
    expect(rankTrending(book, Uint8Array.of(0, 1), 5).weights[0]).toBeCloseTo(3);
  });
});

describe('purchases of a customer', () => {
  test('are distinct items, latest order first; guests are nobody', () => {
    fc.assert(
      fc.property(orders, (facts) => {
        const book = orderBookOf(facts);
        const reader = createPurchaseReader(book, indexCustomerOrders(book));
        const kept = facts.filter(({ items }) => items.length > 0).map((fact, o) => ({ ...fact, o }));
        for (let customer = 1; customer <= book.maxCustomer; customer++) {
          const latestFirst = kept
            .filter((fact) => fact.customer === customer)
            .sort((a, b) => b.time - a.time || b.o - a.o);
          const expected = [...new Set(latestFirst.flatMap(({ items }) => items))];
          const found = reader.read(customer);
          expect([...reader.items.subarray(0, found)]).toEqual(expected);
          for (let item = 1; item <= book.maxItem; item++) {
            expect(reader.positionOf(item)).toBe(expected.indexOf(item));
            expect(reader.has(item)).toBe(expected.includes(item));
          }
        }
      }),
    );
  });
});

test('the best k are those a sort would keep', () => {
  const entry = fc.record({ item: fc.integer({ min: 0, max: 500 }), weight: fc.integer({ min: 0, max: 9 }) });
  const entries = fc.uniqueArray(entry, { selector: ({ item }) => item, maxLength: 60 });
  fc.assert(
    fc.property(entries, fc.integer({ min: 0, max: 20 }), (offered, k) => {
      const top = createTopK(k);
      const target = new Uint32Array(k + 1);
      for (let round = 0; round < 2; round++) {
        for (const { item, weight } of offered) top.offer(item, weight);
        const found = top.drain(target, 1);
        const expected = [...offered].sort((a, b) => b.weight - a.weight || a.item - b.item).slice(0, k);
        expect([...target.subarray(1, 1 + found)]).toEqual(expected.map(({ item }) => item));
      }
    }),
  );
});
