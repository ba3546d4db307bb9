import type { CustomerOrders } from './customerOrders.ts';
import type { OrderBook } from './orderBook.ts';
import type { Products } from './readProducts.ts';

/** What customers buy, by category; only customers with an order have an entry. */
export interface Tastes {
  /** Customer number of each row. */
  readonly customers: Uint32Array;
  /** Entries of row r: starts[r] … starts[r + 1] - 1. */
  readonly starts: Uint32Array;
  /** Category of each entry, an index into Products.categoryPaths. */
  readonly categories: Uint32Array;
  /** Order lines of that category. */
  readonly lines: Float32Array;
  readonly categoryCount: number;
}

/** Counts each customer's lines by category. O(lines), 8 bytes an entry. */
export function readTastes(book: OrderBook, index: CustomerOrders, products: Products): Tastes {
  const categoryCount = products.categoryPaths.length;
  const counts = new Uint32Array(categoryCount);
  const touched = new Uint32Array(categoryCount);
  const customers: number[] = [];
  const starts: number[] = [0];
  const categories = new Uint32Array(book.items.length);
  const lines = new Float32Array(book.items.length);
  let at = 0;
  for (let customer = 1; customer <= book.maxCustomer; customer++) {
    let found = 0;
    const last = index.starts[customer + 1] as number;
    for (let i = index.starts[customer] as number; i < last; i++) {
      const order = index.orders[i] as number;
      const end = book.lineStarts[order + 1] as number;
      for (let line = book.lineStarts[order] as number; line < end; line++) {
        const category = products.categoryOf[book.items[line] as number] as number;
        if (counts[category] === 0) touched[found++] = category;
        counts[category] = (counts[category] as number) + 1;
      }
    }
    if (found === 0) continue;
    for (let i = 0; i < found; i++) {
      const category = touched[i] as number;
      categories[at] = category;
      lines[at++] = counts[category] as number;
      counts[category] = 0;
    }
    customers.push(customer);
    starts.push(at);
  }
  return {
    customers: Uint32Array.from(customers),
    starts: Uint32Array.from(starts),
    categories: categories.subarray(0, at),
    lines: lines.subarray(0, at),
    categoryCount,
  };
}
