import { placeKey } from '../../shared/identity/place.ts';
import type { StoredCard } from '../stores/store.ts';

/** Which products an answer may hold, as the caller asked. */
export interface Filter {
  readonly priceMin: number | null;
  readonly priceMax: number | null;
  /** False: sold-out products too. */
  readonly inStock: boolean;
  /** A path from the department down, or one name at any level; empty: all. */
  readonly category: readonly string[];
}

/** Whether the card may stand in the list. A product without a price is in no price range. */
export function admits({ priceMin, priceMax, inStock, category }: Filter, card: StoredCard): boolean {
  if (!(inStock ? card.sellable : card.recommendable)) return false;
  if (priceMin !== null || priceMax !== null) {
    const { price } = card.product();
    if (price === null || price < (priceMin ?? 0) || price > (priceMax ?? Number.POSITIVE_INFINITY))
      return false;
  }
  return category.length === 0 || standsIn(card.product().category_path, category);
}

function standsIn(path: readonly string[], category: readonly string[]): boolean {
  const [name] = category;
  if (name !== undefined && category.length === 1)
    return path.some((level) => placeKey(level) === placeKey(name));
  return category.every((level, depth) => placeKey(path[depth] ?? '') === placeKey(level));
}
