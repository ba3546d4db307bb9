import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys, type Key64, keyToBigInt } from './key64.ts';
import { type PartRef, partFor } from './manifest.ts';

const key: fc.Arbitrary<Key64> = fc.record({
  high: fc.integer({ min: -3, max: 3 }),
  low: fc.nat({ max: 3 }),
});

test('the part for a key is the last one that begins at or below it', () => {
  const borders = fc.uniqueArray(key, { selector: keyToBigInt, maxLength: 12 });
  fc.assert(
    fc.property(borders, key, (froms, asked) => {
      const sorted = [...froms].sort(compareKeys);
      const parts: PartRef[] = sorted.map(({ high, low }, i) => ({
        key: String(i),
        bytes: 1,
        from: [high, low],
      }));
      const expected = sorted.findLastIndex((from) => compareKeys(from, asked) <= 0);
      expect(partFor(parts, asked)).toEqual(parts[expected] ?? null);
    }),
  );
});
