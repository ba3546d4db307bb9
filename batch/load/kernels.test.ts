import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexCustomerOrders } from '../evidence/customerOrders.ts';
import { indexItemLines } from '../evidence/itemLines.ts';
import { orderBookOf } from '../evidence/orderBook.ts';
import { rankPairs } from '../evidence/pairs.ts';
import { createPurchaseReader } from '../evidence/purchases.ts';
import { createAffinityTable } from './affinityTable.ts';
import { fuseRankings } from './fuseRankings.ts';
import { createReasonFinder } from './reasonFinder.ts';
import { createRepeatPolicy } from './repeatPolicy.ts';

test('segments turned round give each user the items whose segments they lead, best rank first', () => {
  const segments = fc.array(
    fc.record({
      item: fc.integer({ min: 1, max: 40 }),
      users: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 9 }),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(segments, fc.integer({ min: 0, max: 6 }), (lists, capacity) => {
      const unique = [...new Map(lists.map((list) => [list.item, list])).values()];
      const table = createAffinityTable(9, capacity);
      for (const { item, users } of unique) users.forEach((user, rank) => void table.offer(user, item, rank));
      for (let user = 1; user <= 9; user++) {
        const expected = unique
          .filter(({ users }) => users.includes(user))
          .map(({ item, users }) => ({ item, rank: users.indexOf(user) }))
          .sort((a, b) => a.rank - b.rank || a.item - b.item)
          .slice(0, capacity)
          .map(({ item }) => item);
        expect([...table.itemsOf(user)]).toEqual(expected);
      }
    }),
  );
});

test('rankings that agree on an item raise it', () => {
  expect(
    fuseRankings(
      [
        [1, 2],
        [2, 3],
      ],
      10,
    ),
  ).toEqual([2, 1, 3]);
  expect(fuseRankings([[1, 2, 3], []], 2)).toEqual([1, 2]);
});

test('the reason for an item is the purchase it is most strongly bought with, if more than once', () => {
  const book = orderBookOf([
    { customer: 0, time: 0, place: 0, items: [1, 3] },
    { customer: 0, time: 0, place: 0, items: [1, 3] },
    { customer: 0, time: 0, place: 0, items: [2, 3, 5] },
    { customer: 0, time: 0, place: 0, items: [2, 3] },
    { customer: 0, time: 0, place: 0, items: [2, 3] },
    { customer: 7, time: 0, place: 0, items: [1] },
    { customer: 7, time: 9, place: 0, items: [2] },
  ]);
  const purchases = createPurchaseReader(book, indexCustomerOrders(book));
  const finder = createReasonFinder(rankPairs(book, indexItemLines(book), 10));
  const bought = purchases.read(7);
  finder.prepare(purchases, bought);
  expect([...purchases.items.subarray(0, bought)]).toEqual([2, 1]);
  expect(finder.reference(3)).toBe(0);
  expect(finder.reference(5)).toBeNull();
  finder.prepare(purchases, 0);
  expect(finder.reference(3)).toBeNull();
});

test('of the categories that the shop names the deepest decides whether a product is bought again', () => {
  const products = {
    maxItem: 4,
    categoryOf: Uint32Array.of(0, 0, 1, 2, 3),
    categoryPaths: [['Bedroom', 'Mattresses'], ['Bedroom', 'Pillowcases'], ['Bedroom', 'Lamps'], ['Garden']],
  };
  const policy = createRepeatPolicy(
    { bedroom: 'no', PILLOWCASES: 'yes', Lamps: 'learnt', Hall: 'no' },
    products,
  );
  expect(Array.from(policy.never)).toEqual([0, 1, 0, 0, 0]);
  expect(Array.from(policy.always)).toEqual([0, 0, 1, 0, 0]);
  expect(policy.unknown).toEqual(['Hall']);
});
