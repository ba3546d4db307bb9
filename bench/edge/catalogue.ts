import { WHOLE_CATALOGUE_BYTES } from '../../batch/publish/catalogueParts.ts';
import { makePart, type Part } from '../../batch/publish/part.ts';
import { type CatalogueEntry, encodeCards, encodeCatalogue } from '../../shared/snapshot/catalogue.ts';
import { encodeShelves } from '../../shared/snapshot/shelves.ts';
import type { EdgeShop } from './shop.ts';

/** About what a shelf of the publisher takes. */
const SHELF_BYTES = 1_000_000;

/**
 * The cards as the publisher puts them: one part while they are few; else a first shelf of the most popular
 * products, the others by number, which stands for the category here.
 */
export function* catalogueParts(shop: EdgeShop): Generator<Part> {
  const sample = entries(shop, 1, Math.min(200, shop.items));
  const cardBytes = encodeCards(sample).byteLength / sample.length + 12;
  const { items } = shop;
  if (items * cardBytes <= WHOLE_CATALOGUE_BYTES) {
    yield makePart('catalogue', encodeCatalogue(entries(shop, 1, items)), [0, 1]);
    return;
  }
  const hot = Math.floor((0.95 * WHOLE_CATALOGUE_BYTES) / cardBytes);
  const each = Math.floor(SHELF_BYTES / cardBytes);
  const shelfOf = new Int32Array(items + 1).fill(-1);
  shelfOf.fill(0, 1, hot + 1);
  yield makePart('catalogue', encodeCards(entries(shop, 1, hot)), [0, 1]);
  let shelf = 0;
  for (let from = 1; from <= items; from += each) {
    const to = Math.min(items, from + each - 1);
    shelf += 1;
    shelfOf.fill(shelf, Math.max(from, hot + 1), Math.max(to, hot) + 1);
    yield makePart('catalogue', encodeCards(entries(shop, from, to)), [0, from]);
  }
  yield makePart('shelves', encodeShelves(shelfOf), [0, 0]);
}

function entries(shop: EdgeShop, from: number, to: number): CatalogueEntry[] {
  return Array.from({ length: to - from + 1 }, (_, i) => shop.card(from + i));
}
