import fc from 'fast-check';
import { expect, test } from 'vitest';
import { availabilityChanges } from './availabilityChanges.ts';
import { type CatalogueState, decodeCatalogueState, encodeCatalogueState } from './catalogueState.ts';

interface Product {
  readonly item: number;
  readonly sellable: boolean;
  readonly price: number | null;
}
const stateOf = (products: readonly Product[]): CatalogueState => ({
  items: Uint32Array.from(products, ({ item }) => item),
  sellable: Uint8Array.from(products, ({ sellable }) => Number(sellable)),
  prices: Float64Array.from(products, ({ price }) => price ?? Number.NaN),
});
const catalogue = fc
  .uniqueArray(
    fc.record({
      item: fc.integer({ min: 1, max: 30 }),
      sellable: fc.boolean(),
      price: fc.option(fc.constantFrom(1, 2.5, 9.99)),
    }),
    { selector: ({ item }) => item, maxLength: 30 },
  )
  .map((products) => products.sort((a, b) => a.item - b.item));

test('a catalogue with the changes laid over it says what is true now', () => {
  fc.assert(
    fc.property(catalogue, catalogue, (then, now) => {
      const stored = decodeCatalogueState(encodeCatalogueState(stateOf(then)));
      const { kept, leftOut } = availabilityChanges(stored, stateOf(now));
      expect(leftOut).toBe(0);
      const changes = new Map(kept.map(([item, available, price]) => [item, { available, price }]));
      for (const { item, sellable, price } of now) {
        const shown = then.find((product) => product.item === item);
        const change = changes.get(item);
        if (shown === undefined) expect(change).toBeUndefined();
        else {
          expect(change === undefined ? shown.sellable : change.available === 1).toBe(sellable);
          expect(change?.price ?? shown.price).toBe(price ?? shown.price);
          if (change !== undefined)
            expect([change.available === 1, change.price]).not.toEqual([shown.sellable, null]);
        }
      }
      expect([...changes.keys()].every((item) => now.some((product) => product.item === item))).toBe(true);
    }),
  );
});

test('when not all fit, what is sold out goes before what is back, and that before prices', () => {
  const then = [1, 2, 3, 4, 5].map((item) => ({ item, sellable: item !== 2, price: 1 }));
  const now = [
    { item: 1, sellable: true, price: 2 },
    { item: 2, sellable: true, price: 1 },
    { item: 3, sellable: true, price: 2 },
    { item: 4, sellable: false, price: 1 },
    { item: 5, sellable: true, price: 1 },
  ];
  const keep = (most: number) => availabilityChanges(stateOf(then), stateOf(now), most);
  expect(keep(2)).toEqual({
    kept: [
      [2, 1, null],
      [4, 0, null],
    ],
    leftOut: 2,
  });
  expect(keep(3).kept.map(([item]) => item)).toEqual([1, 2, 4]);
});
