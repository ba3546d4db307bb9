import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProductCard } from '../catalogue/card.ts';
import {
  type CatalogueEntry,
  cardAt,
  encodeCards,
  encodeCatalogue,
  openCatalogue,
  slotOf,
} from './catalogue.ts';
import { CorruptPartError } from './frame.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const card: fc.Arbitrary<ProductCard> = fc.record({
  product_id: text,
  storefront_id: fc.option(text),
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
        const map = new Map(list.map((entry) => [entry.item, entry]));
        for (const part of [encodeCatalogue(list), encodeCards(list)]) {
          const catalogue = openCatalogue(part);
          for (let item = 0; item <= 301; item++) {
            const slot = slotOf(catalogue, item);
            const found = slot < 0 ? null : cardAt(catalogue, slot);
            const expected = map.get(item);
            if (expected === undefined) expect(found).toBeNull();
            else {
              const { text, ...flags } = found ?? { text: new Uint8Array() };
              expect(JSON.parse(new TextDecoder().decode(text))).toEqual(expected.card);
              const { sellable, recommendable } = expected;
              expect(flags).toEqual({ sellable, recommendable });
            }
          }
        }
      }),
    );
  });

  test('tells any changed byte', () => {
    fc.assert(
      fc.property(
        entries,
        fc.boolean(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (list, any, where, change) => {
          const part = any ? encodeCards(list) : encodeCatalogue(list);
          const at = where % part.byteLength;
          fc.pre(at !== 6 && at !== 7);
          part[at] = (part[at] as number) ^ change;
          expect(() => openCatalogue(part)).toThrow(CorruptPartError);
        },
      ),
    );
  });

  test('refuses items out of order', () => {
    const [one] = fc.sample(card, 1);
    if (one === undefined) throw new Error('no sample');
    const entry = (item: number) => ({ item, card: one, sellable: true, recommendable: true });
    for (const encode of [encodeCatalogue, encodeCards])
      expect(() => encode([entry(2), entry(1)])).toThrow('ascend');
  });
});
