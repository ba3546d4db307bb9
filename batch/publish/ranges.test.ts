import { expect, test } from 'vitest';
import { sharedRanges } from './ranges.ts';

/** Parts that keys all over the space fall into. */
function partsOf(records: number, recordBytes: number): number {
  const ranges = sharedRanges(records, recordBytes);
  const seen = new Set<number>();
  for (let i = 0; i < 4096; i++) seen.add(ranges.rangeOf({ high: i * 2 ** 20 - 2 ** 31, low: 0 }));
  return seen.size;
}

test('what fits one part of 4 MB is one, beyond that parts are small', () => {
  // Product ids of 42,000 products with two aliases each, and of 750,000.
  expect(partsOf(126_000, 4)).toBe(1);
  expect(partsOf(2_250_000, 4)).toBe(Math.ceil((2_250_000 * 12) / 256_000));
  expect(partsOf(3_000, 1_004)).toBe(1);
});
