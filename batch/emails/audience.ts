import { placeKey, provinceKey } from '../../shared/identity/place.ts';
import type { UserRecord } from '../../shared/snapshot/userRecord.ts';
import type { ShopProducts } from './shopProducts.ts';

/** Who is to be written to. Everything asked for must hold. */
export interface AudienceRequest {
  /** No completed order for so many days; null: whenever. */
  readonly lapsedDays: number | null;
  /** Their list holds this product, by item number. */
  readonly product: number | null;
  /** Their list holds a product of this category: any level of the path, by its name. */
  readonly category: string | null;
  readonly province: string | null;
  readonly city: string | null;
}

export interface Customer {
  readonly province: string | null;
  readonly city: string | null;
  /** Milliseconds since 1970; null: none counts. */
  readonly lastOrderAt: number | null;
  readonly record: UserRecord;
}

/** How much a customer fits: the larger the better; null: not at all. */
export type Fit = (customer: Customer) => number | null;

const DAY_MS = 86_400_000;

/**
 * A likely buyer's fit is the score of the product, or of the best one of the category, in their own list; where lists
 * have no scores, its place counts. Everybody else's is 0: they come in no particular order.
 * @param now milliseconds since 1970
 */
export function createFit(request: AudienceRequest, products: ShopProducts, now: number): Fit {
  const province = request.province === null ? null : provinceKey(request.province);
  const city = request.city === null ? null : placeKey(request.city);
  const category = request.category === null ? null : placeKey(request.category);
  const latest = request.lapsedDays === null ? null : now - request.lapsedDays * DAY_MS;
  const wanted = (item: number): boolean =>
    request.product === item || (category !== null && products.isOf(item, category));
  return (customer) => {
    if (province !== null && provinceKey(customer.province ?? '') !== province) return null;
    if (city !== null && placeKey(customer.city ?? '') !== city) return null;
    if (latest !== null && (customer.lastOrderAt === null || customer.lastOrderAt > latest)) return null;
    if (request.product === null && category === null) return 0;
    return likelihood(customer.record, wanted);
  };
}

/** Of the recommender's own entries only: that a product is popular says nothing about this customer. */
function likelihood({ items, scores, own }: UserRecord, wanted: (item: number) => boolean): number | null {
  const place = items.findIndex((item, at) => at < own && wanted(item));
  if (place < 0) return null;
  return scores[place] ?? -place / items.length - 1;
}
