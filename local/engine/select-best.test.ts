import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Best, createBestSelector, insertIntoBest } from './select-best.ts';

const scoresOf = fc.oneof(
  fc.array(fc.double({ min: -30, max: 5, noNaN: true }), { maxLength: 400 }),
  // Many equal ones.
  fc.array(fc.integer({ min: -2, max: 1 }), { maxLength: 400 }),
);

function sorted(scores: readonly number[], k: number, skip: Uint8Array | null = null) {
  return scores
    .map((score, id) => ({ id, score }))
    .filter(({ id }) => skip === null || skip[id] !== 1)
    .sort((left, right) => right.score - left.score || left.id - right.id)
    .slice(0, k);
}

const listed = ({ ids, scores, size }: Best) =>
  Array.from({ length: size }, (_, at) => ({ id: ids[at], score: scores[at] }));

describe('the best of many candidates', () => {
  it('are those that sorting all of them would put first, in that order', () => {
    const selectors = [0, 1, 7, 50].map((k) => ({ k, select: createBestSelector(k) }));
    fc.assert(
      fc.property(
        scoresOf,
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom(0.01, 1, 32, 5000),
        (scores, step, perUnit) => {
          const skip =
            step === 0 ? null : Uint8Array.from(scores, (_, id) => (id % (step + 1) === 0 ? 1 : 0));
          const candidates = {
            items: Int32Array.from(scores.keys()),
            scores: Float64Array.from(scores),
            from: 0,
            size: scores.length,
            skip,
            highest: Math.max(...scores),
            perUnit,
          };
          for (const { k, select } of selectors) {
            expect(listed(select(candidates))).toEqual(sorted(scores, k, skip));
          }
        },
      ),
    );
  });

  it('leave out what comes before the first place asked for', () => {
    const select = createBestSelector(2);
    const candidates = { items: Int32Array.of(0, 1, 2, 3), scores: Float64Array.of(9, 1, 3, 2) };
    const best = select({ ...candidates, from: 1, size: 4, skip: null, highest: 9, perUnit: 32 });
    expect([...best.ids.subarray(0, best.size)]).toEqual([2, 3]);
  });

  it('stay sorted when one more is put in', () => {
    fc.assert(
      fc.property(scoresOf, (scores) => {
        const best: Best = { ids: new Int32Array(5), scores: new Float64Array(5), size: 0 };
        scores.forEach((score, id) => {
          insertIntoBest(best, id, score, 5);
        });
        expect(listed(best)).toEqual(sorted(scores, 5));
      }),
    );
  });
});
