import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCards, openCatalogue } from '../../shared/snapshot/catalogue.ts';
import { createCardMemory } from './cardMemory.ts';

const MOST = 4;
const cardOf = (item: number) => ({
  ...{ product_id: `P-${item}`, storefront_id: null, product_name: `Naan №${item}`, category: null },
  ...{ category_path: [], price: item, currency: 'PKR', url: null, handle: null, variant_id: null },
  ...{ image_url: null, available: true },
});
const ITEMS = [2, 3, 5, 7, 11, 13, 17, 19];
const part = openCatalogue(
  encodeCards(ITEMS.map((item) => ({ item, card: cardOf(item), sellable: true, recommendable: true }))),
);

test('cards are those of their part, whatever was shown before, and no more are kept than may be', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 60 }), (asked) => {
      const cards = createCardMemory(MOST).of(part);
      for (const item of asked) {
        const card = cards.card(item);
        if (!ITEMS.includes(item)) expect(card).toBeNull();
        else expect([card?.text(), card?.product()]).toEqual([JSON.stringify(cardOf(item)), cardOf(item)]);
      }
      const twice = ITEMS.map((item) => [cards.card(item), cards.card(item)]);
      const kept = ITEMS.filter((_, i) => twice[i]?.[0] === twice[i]?.[1]);
      expect(kept.length).toBeLessThanOrEqual(MOST);
      // The last one that was shown is there.
      const last = asked.findLast((item) => ITEMS.includes(item));
      if (last !== undefined) expect(kept).toContain(last);
    }),
  );
});
