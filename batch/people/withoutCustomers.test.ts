import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutCustomers } from './withoutCustomers.ts';

const number = fc.integer({ min: 1, max: 200 }).map(String);
const leaving = fc.uniqueArray(number, { minLength: 1, maxLength: 3 }).map((ids) => new Set(ids));

test('no line of a customer who left stays, and every other line is as it was', () => {
  fc.assert(
    fc.property(leaving, number, fc.constantFrom('input', 'output', 'csv'), (customers, who, kind) => {
      const line = {
        input: JSON.stringify({ userId: who }),
        output: JSON.stringify({
          input: { userId: who },
          output: { recommendedItems: ['1', who] },
          error: null,
        }),
        csv: `${who},1,1700000000,purchase,1`,
      }[kind];
      const kept = withoutCustomers(line, { customers, form: kind === 'csv' ? 'csv' : 'json' });
      expect(kept).toBe(customers.has(who) ? null : line);
    }),
  );
});

test('a segment stays, without those who left, in its order', () => {
  const names = fc.constantFrom('usersList', 'recommendedUsers');
  fc.assert(
    fc.property(leaving, fc.uniqueArray(number), names, (customers, users, name) => {
      const line = JSON.stringify({ input: { itemId: 'p-1' }, output: { [name]: users }, error: null });
      const kept = withoutCustomers(line, { customers, form: 'json' });
      expect(JSON.parse(kept ?? '')).toEqual({
        input: { itemId: 'p-1' },
        output: { [name]: users.filter((user) => !customers.has(user)) },
        error: null,
      });
    }),
  );
});

test('a product with the same id as a customer stays', () => {
  const customers = new Set(['7']);
  const item = '{"input":{"itemId":"7"},"output":{"recommendedItems":["7","8"]},"error":null}';
  expect(withoutCustomers(item, { customers, form: 'json' })).toBe(item);
  expect(withoutCustomers('8,7,1700000000,purchase,1', { customers, form: 'csv' })).not.toBeNull();
});
