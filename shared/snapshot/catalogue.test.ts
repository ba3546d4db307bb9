import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProductCard } from '../catalogue/card.ts';
import {
  type CatalogueEntry,
  cardOf,
  encodeCatalogue,
  isRecommendable,
  isSellable,
  openCatalogue,
} from './catalogue.ts';
import { CorruptPartError } from './frame.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const card: fc.Arbitrary<ProductCard> = fc.record({
  product_id: text,
  product_name: text,
  category: fc.option(text),
  category_path: fc.array(text, { maxLength: 3 }),
  price: fc.option(fc.integer({ min: 0, max: 10 ** 9 }).map((cents) => cents / 100)),
  currency: fc.option(text),
  url: fc.option(text),
  handle: fc.option(text),
  variant_id: fc.option(text),
  image_url: fc.option(text),
  available: fc.boolean(),
});
const entries: fc.Arbitrary<CatalogueEntry[]> = fc
  .uniqueArray(
    fc.record({
      item: fc.integer({ min: 1, max: 300 }),
      card,
      sellable: fc.boolean(),
      recommendable: fc.boolean(),
    }),
    { selector: (entry) => entry.item, maxLength: 30 },
  )
  // What is sold is recommended.
  .map((list) => list.map((entry) => ({ ...entry, sellable: entry.sellable && entry.recommendable })))
  .map((list) => list.sort((a, b) => a.item - b.item));

describe('a catalogue', () => {
  test('gives every card and flag back, and nothing for other items', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const catalogue = openCatalogue(encodeCatalogue(list));
        const map = new Map(list.map((entry) => [entry.item, entry]));
        for (let item = 0; item <= 301; item++) {
          expect(cardOf(catalogue, item)).toEqual(map.get(item)?.card ?? null);
          expect(isSellable(catalogue, item)).toBe(map.get(item)?.sellable ?? false);
          expect(isRecommendable(catalogue, item)).toBe(map.get(item)?.recommendable ?? false);
        }
        for (const entry of list) ProductCard.parse(cardOf(catalogue, entry.item));
      }),
    );
  });

  test('tells any changed byte', () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (list, where, change) => {
        const part = encodeCatalogue(list);
        const at = where % part.byteLength;
        fc.pre(at !== 6 && at !== 7);
        part[at] = (part[at] as number) ^ change;
        expect(() => openCatalogue(part)).toThrow(CorruptPartError);
      }),
    );
  });

  test('refuses items out of order', () => {
    const [one] = fc.sample(card, 1);
    if (one === undefined) throw new Error('no sample');
    const entry = (item: number) => ({ item, card: one, sellable: true, recommendable: true });
    expect(() => encodeCatalogue([entry(2), entry(1)])).toThrow('ascend');
  });
});
