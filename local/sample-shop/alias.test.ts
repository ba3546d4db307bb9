import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildAlias, drawAlias } from './alias.ts';
import { Random } from './random.ts';

test('an alias table gives every entry exactly its share', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 50 }), (weights) => {
      const sum = weights.reduce((a, b) => a + b, 0);
      fc.pre(sum > 0);
      const { keep, other } = buildAlias(weights);
      const share = new Float64Array(weights.length);
      keep.forEach((p, i) => {
        share[i] = (share[i] ?? 0) + p / weights.length;
        const j = other[i] ?? 0;
        share[j] = (share[j] ?? 0) + (1 - p) / weights.length;
      });
      weights.forEach((weight, i) => {
        expect(share[i]).toBeCloseTo(weight / sum, 9);
      });
    }),
  );
});

test('draws follow the weights, and never give what weighs nothing', () => {
  const random = new Random(1, 1);
  const table = buildAlias([5, 0, 3, 2]);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 20_000; i++) {
    const drawn = drawAlias(table, random);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  expect(counts[1]).toBe(0);
  expect((counts[0] ?? 0) / 20_000).toBeCloseTo(0.5, 1);
  expect((counts[3] ?? 0) / 20_000).toBeCloseTo(0.2, 1);
});

test('random streams repeat for equal seeds and part for others', () => {
  const first = (seed: number, stream: number, index: number) => new Random(seed, stream, index).next();
  expect(first(1, 2, 3)).toBe(first(1, 2, 3));
  const drawn = [
    first(1, 2, 3),
    first(2, 2, 3),
    first(1, 3, 3),
    first(1, 2, 4),
    first(1, 3, 2),
    first(2, 1, 3),
  ];
  expect(new Set(drawn).size).toBe(drawn.length);
});
