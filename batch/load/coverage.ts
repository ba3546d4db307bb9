import type { ItemList } from '../../shared/snapshot/itemList.ts';
import type { OrderBook } from '../evidence/orderBook.ts';
import type { PairTable } from '../evidence/pairs.ts';
import type { Products } from '../evidence/readProducts.ts';

/** Own items that make a customer covered. */
export const COVERED_CUSTOMER = 10;
/** Co-purchased neighbours that make a product covered, among products co-purchased at least so often. */
const COVERED_PRODUCT = 5;
const COPURCHASED = 2;

/** The one definition of coverage; every share is null-free: 1 when there is nothing to cover. */
interface CoverageCounts {
  /** Customers with a trainable order. */
  readonly customers_trainable: number;
  /** Of them, the share whose list has at least 10 sellable items that are not popular fill. */
  readonly customer_coverage: number;
  /** Sellable products with ≥ 5 co-purchase neighbours in their list, among those with ≥ 2 co-purchases. */
  readonly product_coverage: number;
  /** The most product_coverage can be: the share that was bought with ≥ 5 different sellable products at all. */
  readonly possible_product_coverage: number;
  /** Sellable products that at least one customer is recommended, fill apart: as Personalize's coverage. */
  readonly catalogue_coverage: number;
}

export interface Coverage {
  addCustomer(trainable: boolean, own: number, items: readonly number[]): void;
  addSimilar(item: number, list: ItemList): void;
  counts(): CoverageCounts;
}

export function createCoverage(book: OrderBook, products: Products, pairs: PairTable): Coverage {
  const together = copurchasesOf(book);
  const shown = new Uint8Array(products.maxItem + 1);
  let trainableCustomers = 0;
  let coveredCustomers = 0;
  let coverable = 0;
  let coveredProducts = 0;
  let possibleProducts = 0;
  return {
    addCustomer(trainable, own, items) {
      if (trainable) trainableCustomers++;
      if (trainable && own >= COVERED_CUSTOMER) coveredCustomers++;
      for (let i = 0; i < own; i++) shown[items[i] as number] = 1;
    },
    addSimilar(item, list) {
      if (products.sellable[item] !== 1 || (together[item] as number) < COPURCHASED) return;
      coverable++;
      if (list.counts.filter((count) => count > 0).length >= COVERED_PRODUCT) coveredProducts++;
      if (sellablePartners(pairs, products, item) >= COVERED_PRODUCT) possibleProducts++;
    },
    counts() {
      const sellable = products.sellable.reduce((sum, flag) => sum + flag, 0);
      const seen = shown.reduce((sum, flag, item) => sum + (flag & (products.sellable[item] as number)), 0);
      return {
        customers_trainable: trainableCustomers,
        customer_coverage: share(coveredCustomers, trainableCustomers),
        product_coverage: share(coveredProducts, coverable),
        possible_product_coverage: share(possibleProducts, coverable),
        catalogue_coverage: share(seen, sellable),
      };
    },
  };
}

/** Orders of each item that hold another item too. */
function copurchasesOf({ orderCount, lineStarts, items, maxItem }: OrderBook): Uint32Array {
  const counts = new Uint32Array(maxItem + 1);
  for (let order = 0; order < orderCount; order++) {
    const from = lineStarts[order] as number;
    const to = lineStarts[order + 1] as number;
    if (to - from < 2) continue;
    for (let line = from; line < to; line++) {
      const item = items[line] as number;
      counts[item] = (counts[item] as number) + 1;
    }
  }
  return counts;
}

/** Of the pairs kept of an item, those whose other product can be sold. */
function sellablePartners({ starts, items }: PairTable, { sellable }: Products, item: number): number {
  let count = 0;
  const end = starts[item + 1] as number;
  for (let at = starts[item] as number; at < end; at++) count += sellable[items[at] as number] as number;
  return count;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}
