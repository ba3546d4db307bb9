import type { ProductChange } from '../../shared/overlay/availability.ts';
import { type StoredCard, storedCard } from '../stores/store.ts';

/** The card as it is since the last sync: sold out, back, or at another price. */
export function cardNow(card: StoredCard, change: ProductChange | undefined): StoredCard {
  if (change === undefined) return card;
  const { available, price } = change;
  const flags = { sellable: available && card.recommendable, recommendable: card.recommendable };
  return storedCard(() => {
    const product = card.product();
    return JSON.stringify({ ...product, available, price: price ?? product.price });
  }, flags);
}
