import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeItemList, encodeItemList, itemListBytes } from './itemList.ts';
import { type ItemWidth, itemWidthFor } from './itemNumbers.ts';
import type { SnapshotLayout } from './layout.ts';
import { decodeScore, encodeScore } from './score.ts';
import {
  decodeUserRecord,
  encodeUserRecord,
  USER_REASONS,
  type UserRecord,
  userRecordBytes,
} from './userRecord.ts';

const width = fc.constantFrom<ItemWidth>(2, 3);
const itemsOf = (item_width: ItemWidth, maxLength: number) =>
  fc.array(fc.integer({ min: 1, max: item_width === 3 ? 2 ** 24 - 1 : 65_535 }), { maxLength });

const layout: fc.Arbitrary<SnapshotLayout> = fc.record({
  item_width: width,
  user_recommendations: fc.integer({ min: 1, max: 60 }),
  user_affinity: fc.integer({ min: 0, max: 20 }),
  user_bought: fc.integer({ min: 0, max: 31 }),
  user_cycles: fc.integer({ min: 0, max: 31 }),
  similar: fc.constant(10),
  pairs: fc.constant(10),
  popular: fc.constant(10),
});

/** A record that fits its layout, its scores being ones a byte can hold. */
const fitting = layout.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    record: itemsOf(shape.item_width, shape.user_recommendations).chain((items) =>
      itemsOf(shape.item_width, shape.user_bought).chain((bought): fc.Arbitrary<UserRecord> => {
        const exactly = { minLength: items.length, maxLength: items.length };
        const position =
          bought.length === 0 ? fc.constant(null) : fc.option(fc.nat({ max: bought.length - 1 }));
        return fc.record({
          place: fc.nat({ max: 65_535 }),
          items: fc.constant(items),
          scores: fc.array(fc.nat({ max: 255 }).map(decodeScore), exactly),
          reasons: fc.array(fc.constantFrom(...USER_REASONS), exactly),
          references: fc.array(position, exactly),
          own: fc.nat({ max: items.length }),
          affinity: itemsOf(shape.item_width, shape.user_affinity),
          bought: fc.constant(bought),
          cycles: fc
            .array(fc.option(fc.integer({ min: 1, max: 255 })), {
              minLength: bought.length,
              maxLength: bought.length,
            })
            .map((weeks) => weeks.map((week, i) => (i < shape.user_cycles ? week : null))),
        });
      }),
    ),
  }),
);

describe('a user record', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(fitting, ({ shape, record }) => {
        const bytes = encodeUserRecord(record, shape);
        expect(bytes.byteLength).toBe(userRecordBytes(shape));
        expect(decodeUserRecord(bytes, shape)).toEqual(record);
      }),
    );
  });

  test('is cut at its layout; a reference to a purchase that is cut off is none', () => {
    fc.assert(
      fc.property(fitting, ({ shape, record }) => {
        const small: SnapshotLayout = { ...shape, user_recommendations: 1, user_affinity: 1, user_bought: 1 };
        const cut = decodeUserRecord(encodeUserRecord(record, small), small);
        expect(cut.items).toEqual(record.items.slice(0, 1));
        expect(cut.affinity).toEqual(record.affinity.slice(0, 1));
        expect(cut.bought).toEqual(record.bought.slice(0, 1));
        expect(cut.own).toBe(Math.min(record.own, cut.items.length));
        expect(cut.references).toEqual(record.references.slice(0, 1).map((at) => (at === 0 ? 0 : null)));
      }),
    );
  });

  test('takes 296 bytes below 65,536 products, 280 without cycles', () => {
    const shape = {
      user_recommendations: 50,
      user_affinity: 20,
      user_bought: 16,
      user_cycles: 16,
      similar: 50,
      pairs: 20,
      popular: 100,
    };
    expect(userRecordBytes({ item_width: 2, ...shape })).toBe(296);
    expect(userRecordBytes({ item_width: 2, ...shape, user_cycles: 0 })).toBe(280);
  });
});

describe('an item list', () => {
  test('comes back as it was, cut at its capacity', () => {
    const list = width.chain((w) =>
      fc.record({
        w: fc.constant(w),
        capacity: fc.integer({ min: 1, max: 40 }),
        entries: fc.array(
          fc.record({
            item: fc.integer({ min: 1, max: w === 3 ? 2 ** 24 - 1 : 65_535 }),
            count: fc.nat({ max: 0xffffffff }),
            weight: fc.float({ noNaN: true }),
          }),
          { maxLength: 60 },
        ),
        own: fc.nat({ max: 60 }),
      }),
    );
    fc.assert(
      fc.property(list, ({ w, capacity, entries, own }) => {
        const bytes = encodeItemList(
          {
            items: entries.map(({ item }) => item),
            counts: entries.map(({ count }) => count),
            weights: entries.map(({ weight }) => weight),
            own,
          },
          capacity,
          w,
        );
        const kept = entries.slice(0, capacity);
        expect(bytes.byteLength).toBe(itemListBytes(capacity, w));
        expect(decodeItemList(bytes, w)).toEqual({
          items: kept.map(({ item }) => item),
          counts: kept.map(({ count }) => count),
          weights: kept.map(({ weight }) => weight),
          own: Math.min(own, kept.length),
        });
      }),
    );
  });
});

describe('a score', () => {
  test('keeps within half a step and half a digit what lies between a millionth and one', () => {
    // Steps of 5.6 % are off by 2.76 % at their middle, and three digits (1.004… → 1.00) by .5 % at most.
    const bound = 10 ** (6 / 254 / 2) * 1.005 - 1;
    const middles = Array.from({ length: 254 }, (_, step) => 10 ** ((-6 * (step + 0.5)) / 254));
    const near = (score: number): void => {
      expect(Math.abs((decodeScore(encodeScore(score)) ?? 0) / score - 1)).toBeLessThan(bound);
    };
    for (const middle of middles) for (const side of [1 - 1e-9, 1 + 1e-9]) near(middle * side);
    fc.assert(fc.property(fc.double({ min: 1e-6, max: 1, noNaN: true }), near), {
      examples: [[0.00001124871001031992]],
    });
  });

  test('keeps order, and none is none', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b) => {
          expect(Math.sign(encodeScore(a) - encodeScore(b)) * Math.sign(a - b)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
    expect([null, 0, -1, Number.NaN].map(encodeScore)).toEqual([0, 0, 0, 0]);
    expect([decodeScore(0), decodeScore(255), encodeScore(7)]).toEqual([null, 1, 255]);
  });
});

test('item numbers take two bytes up to 65,535 and three above', () => {
  expect([0, 1, 65_535, 65_536, 2 ** 24 - 1].map(itemWidthFor)).toEqual([2, 2, 2, 3, 3]);
  expect(() => itemWidthFor(2 ** 24)).toThrow('more than 3 bytes');
});
