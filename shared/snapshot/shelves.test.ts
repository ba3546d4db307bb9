import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CorruptPartError } from './frame.ts';
import { encodeShelves, MOST_SHELVES, openShelves } from './shelves.ts';

const parts = fc
  .array(fc.integer({ min: -1, max: MOST_SHELVES }), { minLength: 1, maxLength: 80 })
  .map((list) => Int32Array.from(list));

test('every item is found on its shelf, and items without a card on none', () => {
  fc.assert(
    fc.property(parts, (list) => {
      const shelves = openShelves(encodeShelves(list));
      for (let item = 1; item < list.length + 3; item++) {
        const part = list[item] ?? -1;
        expect(shelves.partOf(item)).toBe(part < 0 ? null : part);
      }
      expect(shelves.partOf(0)).toBeNull();
    }),
  );
});

test('too many shelves, and damaged ones, are refused', () => {
  expect(() => encodeShelves(Int32Array.of(-1, MOST_SHELVES + 1))).toThrow(RangeError);
  const whole = encodeShelves(Int32Array.of(-1, 3, 4));
  expect(() => openShelves(whole.subarray(0, -1))).toThrow(CorruptPartError);
});
