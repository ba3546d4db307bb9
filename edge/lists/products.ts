import type { ProductCard } from '../../shared/catalogue/card.ts';
import type { Reader } from '../stores/ladder.ts';
import type { StoredCard } from '../stores/store.ts';

/** The products that analytics may show, by item number. */
export function shownProducts(reader: Reader, items: readonly number[]): ReadonlyMap<number, ProductCard> {
  const distinct = [...new Set(items)];
  if (distinct.length === 0) return new Map();
  const { value } = reader.read('catalogue', (store) => store.cards(distinct));
  return new Map(
    distinct.flatMap((item, i) => {
      const card = value[i] ?? null;
      return card !== null && isShown(card) ? [[item, card.product()] as const] : [];
    }),
  );
}

/** Sold-out products are shown in analytics; what is available but not sellable is postage or a fee. */
function isShown(card: StoredCard): boolean {
  return card.sellable || card.recommendable || !card.product().available;
}
