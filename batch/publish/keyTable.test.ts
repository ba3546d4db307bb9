import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys } from '../../shared/snapshot/key64.ts';
import { createKeyTable } from './keyTable.ts';

test('records come back in the order of their keys, the first of each key', async () => {
  const entry = fc.record({
    key: fc.record({ high: fc.integer({ min: -3, max: 3 }), low: fc.constantFrom(0, 1, 2 ** 32 - 1) }),
    value: fc.integer({ min: 0, max: 255 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 60 }), async (entries) => {
      const table = createKeyTable(2);
      for (const { key, value } of entries) table.add(key, Uint8Array.of(value, 7));
      const rows = [];
      for await (const chunk of table.rows()) rows.push(...chunk);
      const first = entries.filter(
        ({ key }, at) => entries.findIndex((other) => compareKeys(other.key, key) === 0) === at,
      );
      const expected = first.sort((a, b) => compareKeys(a.key, b.key));
      expect(rows.map(({ key, record }) => [key, ...record])).toEqual(
        expected.map(({ key, value }) => [key, value, 7]),
      );
    }),
  );
});

test('many records take several chunks', async () => {
  const table = createKeyTable(1);
  for (let i = 20_000; i > 0; i--) table.add({ high: 0, low: i }, Uint8Array.of(i & 255));
  let next = 1;
  for await (const chunk of table.rows()) {
    for (const { key, record } of chunk) {
      expect([key.low, record[0]]).toEqual([next, next & 255]);
      next++;
    }
  }
  expect([next, table.size]).toEqual([20_001, 20_000]);
});
