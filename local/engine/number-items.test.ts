import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberByCount, renumbered } from './number-items.ts';

describe('numbers by count', () => {
  it('are a permutation in which nothing stands before what is counted more often', () => {
    const codes = fc.array(fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(codes, (rows) => {
        const numbers = numberByCount(Int32Array.from(rows), 10);
        const counts = renumbered(
          Array.from(numbers, (_, code) => rows.filter((row) => row === code).length),
          numbers,
        );
        expect([...numbers].toSorted((left, right) => left - right)).toEqual([...Array(10).keys()]);
        expect(counts).toEqual(counts.toSorted((left, right) => right - left));
      }),
    );
  });

  it('keep the order of what is counted as often', () => {
    expect([...numberByCount(Int32Array.of(2, 2, 1, 0), 4)]).toEqual([1, 2, 0, 3]);
    expect(renumbered(['a', 'b', 'c', 'd'], Int32Array.of(1, 2, 0, 3))).toEqual(['c', 'a', 'b', 'd']);
  });
});
