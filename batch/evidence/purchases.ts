import type { CustomerOrders } from './customerOrders.ts';
import type { OrderBook } from './orderBook.ts';

/** What one customer has bought, one customer at a time. */
export interface PurchaseReader {
  /** Reads a customer's purchases, replacing the last answer. Returns how many distinct items. */
  read(customer: number): number;
  /** Distinct items, latest first: items[0 … n - 1]. */
  readonly items: Uint32Array;
  has(item: number): boolean;
  /** Position in `items`, or -1. */
  positionOf(item: number): number;
}

/** O(the customer's lines), no allocation a call. */
export function createPurchaseReader(book: OrderBook, index: CustomerOrders): PurchaseReader {
  const items = new Uint32Array(book.maxItem + 1);
  /** 1 + position of an item in `items`; 0 = not bought by this customer. */
  const positions = new Uint32Array(book.maxItem + 1);
  let found = 0;
  function read(customer: number): number {
    for (let i = 0; i < found; i++) positions[items[i] as number] = 0;
    found = 0;
    if (customer > book.maxCustomer) return 0;
    const last = index.starts[customer + 1] as number;
    for (let i = index.starts[customer] as number; i < last; i++) {
      const order = index.orders[i] as number;
      const end = book.lineStarts[order + 1] as number;
      for (let line = book.lineStarts[order] as number; line < end; line++) {
        const item = book.items[line] as number;
        if (positions[item] !== 0) continue;
        items[found++] = item;
        positions[item] = found;
      }
    }
    return found;
  }
  return {
    read,
    items,
    has: (item) => (positions[item] ?? 0) !== 0,
    positionOf: (item) => (positions[item] ?? 0) - 1,
  };
}
