import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectRank } from './quick-select.ts';

test('selecting a rank equals sorting, also among equal values', () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.float({ noNaN: true, min: 0 }));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), fc.nat(), (values, seed) => {
      const sorted = Float32Array.from(values).sort();
      const rank = seed % values.length;
      const scratch = Float32Array.from([...values, 7, 7]);
      expect(selectRank(scratch, values.length, rank)).toBe(sorted[rank]);
      expect(scratch.subarray(0, values.length).toSorted()).toEqual(sorted);
    }),
  );
});
