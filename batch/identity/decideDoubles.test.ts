import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideDoubles, type ToldOrder } from './decideDoubles.ts';

let numbers = 0;
const DAY = 86_400_000;
function order(told: Partial<ToldOrder> & Pick<ToldOrder, 'source' | 'order_id'>): ToldOrder {
  const reference_key = told.reference?.toLowerCase().replace(/[ #_./-]/g, '') ?? null;
  return {
    ...{ number: ++numbers, reference: null, customer: 'ann', ordered_at: 0, completed: true },
    ...{ updated_at: null, lines: ['1:1', '2:3'], reference_key, ...told },
  };
}
const named = (orders: readonly ToldOrder[]) => {
  const nameOf = (number: number) => {
    const found = orders.find((one) => one.number === number);
    return `${found?.source}:${found?.order_id}`;
  };
  return decideDoubles(orders).map(
    ({ order: double, counted, rule }) => `${nameOf(double)} = ${nameOf(counted)} (${rule})`,
  );
};

describe('an order told by two sources', () => {
  test('is found by the number that one has of the other', () => {
    const shop = order({ source: 'shop', order_id: '5000777', reference: '#1001' });
    const other = { customer: 'bob', lines: ['9:1'] };
    expect(named([shop, order({ source: 'erp', order_id: 'E1', reference: '1001', ...other })])).toEqual([
      'shop:5000777 = erp:E1 (reference)',
    ]);
    expect(
      named([shop, order({ source: 'erp', order_id: 'E1', reference: '5000777', lines: ['2:1'] })]),
    ).toHaveLength(1);
    expect(
      named([
        order({ source: 'erp', order_id: '77' }),
        order({ source: 'shop', order_id: '#9', reference: '#77' }),
      ]),
    ).toHaveLength(1);
  });

  test('is not another of the same number: long ago, or of someone else who bought something else', () => {
    const erp = order({ source: 'erp', order_id: 'E1', reference: '1001', lines: ['9:1'] });
    const shop = { source: 'shop', order_id: '1001', customer: 'bob' };
    expect(named([erp, order(shop)])).toEqual([]);
    expect(named([erp, order({ ...shop, customer: 'ann' })])).toHaveLength(1);
    expect(named([erp, order({ ...shop, customer: 'ann', ordered_at: 15 * DAY })])).toEqual([]);
    const till = { source: 'till', order_id: '1001', customer: null, lines: ['8:1'] };
    expect(named([order(shop), order(till)])).toEqual([]);
    expect(named([order(shop), order({ ...till, lines: ['1:4'] })])).toHaveLength(1);
  });

  test('is found by customer, day and goods, each with one of the other source', () => {
    const two = [1, 2].map((at) => order({ source: 'erp', order_id: `E${at}`, ordered_at: at }));
    const shop = order({ source: 'shop', order_id: 'S1', ordered_at: 5 });
    expect(named([...two, shop])).toEqual(['shop:S1 = erp:E1 (same_lines)']);
    for (const differs of [{ customer: 'bob' }, { ordered_at: DAY }, { lines: ['1:1'] }, { customer: null }])
      expect(named([...two, { ...shop, ...differs }])).toEqual([]);
    expect(named(two)).toEqual([]);
  });

  test('counts as the latest word has it, and not at all once either calls it cancelled', () => {
    const erp = order({ source: 'erp', order_id: 'E1', updated_at: 5 });
    const shop = order({ source: 'shop', order_id: 'S1', updated_at: 9 });
    expect(named([erp, shop])).toEqual(['erp:E1 = shop:S1 (same_lines)']);
    expect(named([{ ...erp, completed: false }, shop])).toEqual(['shop:S1 = erp:E1 (same_lines)']);
    const guest = { ...shop, customer: null, reference: 'E1', reference_key: 'e1' };
    expect(named([erp, guest])).toEqual(['shop:S1 = erp:E1 (reference)']);
  });

  test('that one of them has split in two counts once', () => {
    const shop = order({ source: 'shop', order_id: 'S1', reference: '#1001', lines: ['1:1', '2:1'] });
    const parts = ['1', '2'].map((item) =>
      order({ source: 'erp', order_id: `E${item}`, reference: '1001', lines: [`${item}:1`], updated_at: 1 }),
    );
    expect(named([shop, ...parts])).toEqual(['shop:S1 = erp:E1 (reference)']);
    expect(named([{ ...shop, updated_at: 2 }, ...parts])).toHaveLength(2);
  });
});

test('what counts does not depend on the order in which orders came', () => {
  const told = fc.record({
    source: fc.constantFrom('erp', 'shop', 'till'),
    order_id: fc.constantFrom('1', '2', '#3', 'x'),
    reference: fc.option(fc.constantFrom('1', '#2', '3', 'y')),
    customer: fc.option(fc.constantFrom('ann', 'bob')),
    ordered_at: fc.constantFrom(0, 1, DAY, 20 * DAY),
    completed: fc.boolean(),
    updated_at: fc.option(fc.nat(2)),
    lines: fc.constantFrom(['1:1'], ['1:1', '2:1'], []),
  });
  const orders = fc.uniqueArray(told, {
    selector: (one) => `${one.source}/${one.order_id}`,
    maxLength: 9,
  });
  const shuffled = orders.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, ([all, other]) => {
      const first = all.map(order);
      expect(named(other.map(order)).sort()).toEqual(named(first).sort());
      // Whatever is doubled, something of another source counts for it.
      const doubles = decideDoubles(first);
      const doubled = new Set(doubles.map((one) => one.order));
      expect(doubles.every(({ counted }) => !doubled.has(counted))).toBe(true);
    }),
    { numRuns: 400 },
  );
});
