import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexCustomerOrders } from './customerOrders.ts';
import { createCycleReader, cycleOf } from './cycles.ts';
import { orderBookOf } from './orderBook.ts';
import { createPurchaseReader } from './purchases.ts';

const DAY = 86_400;

describe('a purchase cycle', () => {
  test('is the usual number of weeks between purchases, from three on', () => {
    expect(cycleOf([105, 70, 35, 0])).toBe(5);
    expect(cycleOf([71, 34, 0])).toBe(5);
    expect(cycleOf([6, 3, 0])).toBe(1);
    expect(cycleOf([35, 0])).toBeNull();
    expect(cycleOf([])).toBeNull();
  });

  test('is none when the customer buys now and then, or once in years', () => {
    expect(cycleOf([200, 199, 100, 20, 0])).toBeNull();
    expect(cycleOf([3000, 2000, 1000, 0])).toBeNull();
  });

  test('of each purchase of each customer is what their order days say', () => {
    const order = fc.record({
      customer: fc.integer({ min: 0, max: 3 }),
      time: fc.integer({ min: 0, max: 400 * DAY }),
      place: fc.constant(0),
      items: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(order, { maxLength: 40 }), fc.integer({ min: 0, max: 5 }), (orders, bought) => {
        const book = orderBookOf(orders);
        const index = indexCustomerOrders(book);
        const purchases = createPurchaseReader(book, index);
        const reader = createCycleReader(book, index);
        for (let customer = 1; customer <= 4; customer++) {
          const kept = Math.min(bought, purchases.read(customer));
          const cycles = reader.read(customer, purchases, kept);
          const expected = Array.from(purchases.items.subarray(0, kept), (item) => {
            const days = orders
              .filter((made) => made.customer === customer && made.items.includes(item))
              .map(({ time }) => Math.floor(time / DAY));
            return cycleOf([...new Set(days)].sort((a, b) => b - a).slice(0, 12));
          });
          expect(cycles).toEqual(expected);
        }
      }),
    );
  });
});
