import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';

it('keeps what a full sort would, ties to the smaller id, in any order of arrival', () => {
  const entry = fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: -3, max: 3 }));
  fc.assert(
    fc.property(
      fc.uniqueArray(entry, { selector: ([id]) => id }),
      fc.integer({ min: 0, max: 12 }),
      (entries, k) => {
        const top = createTopK(k);
        for (const [id, score] of entries) pushTopK(top, id, score);
        sortTopK(top);
        const sorted = [...entries]
          .sort((left, right) => right[1] - left[1] || left[0] - right[0])
          .slice(0, k);
        expect([...top.ids.subarray(0, top.size)]).toEqual(sorted.map(([id]) => id));
        expect([...top.scores.subarray(0, top.size)]).toEqual(sorted.map(([, score]) => score));
      },
    ),
  );
});
