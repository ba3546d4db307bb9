import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeShelves, openShelves } from '../../shared/snapshot/shelves.ts';
import { createPartBudget, shelfParts } from './cardShelves.ts';

test('of any lists of products a request opens the first shelf and so many more, the first ones it comes to', () => {
  const shelfOf = fc.array(fc.integer({ min: -1, max: 8 }), { minLength: 2, maxLength: 60 });
  fc.assert(
    fc.property(shelfOf, fc.infiniteStream(fc.nat()), fc.nat({ max: 3 }), (places, picks, most) => {
      const shelves = openShelves(encodeShelves(Int32Array.from(places)));
      const parts = Array.from({ length: 9 }, (_, i) => ({
        key: `part-${i}`,
        bytes: 1,
        from: [0, i] as [number, number],
      }));
      const budget = createPartBudget(most);
      const opened = new Set<string>();
      for (let round = 0; round < 4; round++) {
        const items = [...picks.take(10)].map((pick) => pick % (places.length + 2));
        const keys = shelfParts(items, { shelves, parts, budget });
        keys.forEach((key, i) => {
          const shelf = shelves.partOf(items[i] ?? 0);
          if (key !== null) {
            expect(key).toBe(`part-${shelf}`);
            opened.add(key);
          } else if (shelf !== null) {
            // Refused only when the budget is spent, and never the first shelf or one opened before.
            expect(shelf).not.toBe(0);
            expect(opened.has(`part-${shelf}`)).toBe(false);
            expect([...opened].filter((name) => name !== 'part-0')).toHaveLength(most);
          }
        });
      }
      expect([...opened].filter((name) => name !== 'part-0').length).toBeLessThanOrEqual(most);
    }),
  );
});
