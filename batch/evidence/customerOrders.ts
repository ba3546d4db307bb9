import type { OrderBook } from './orderBook.ts';

/** Orders of each known customer, latest first (same second: higher order number first). */
export interface CustomerOrders {
  /** Orders of customer c: starts[c] … starts[c + 1] - 1 in `orders`. */
  readonly starts: Uint32Array;
  readonly orders: Uint32Array;
}

/** Counting sort by customer, then each customer's few orders by time. O(orders + Σ n log n a customer). */
export function indexCustomerOrders(book: OrderBook): CustomerOrders {
  const { customers, times, orderCount, maxCustomer } = book;
  const starts = new Uint32Array(maxCustomer + 2);
  for (let o = 0; o < orderCount; o++) {
    const customer = customers[o] as number;
    if (customer > 0) starts[customer + 1] = (starts[customer + 1] as number) + 1;
  }
  for (let c = 1; c < starts.length; c++) starts[c] = (starts[c] as number) + (starts[c - 1] as number);
  const cursor = starts.slice();
  const orders = new Uint32Array(starts[maxCustomer + 1] as number);
  for (let o = 0; o < orderCount; o++) {
    const customer = customers[o] as number;
    if (customer === 0) continue;
    orders[cursor[customer] as number] = o;
    cursor[customer] = (cursor[customer] as number) + 1;
  }
  for (let c = 1; c <= maxCustomer; c++) {
    const mine = orders.subarray(starts[c], starts[c + 1]);
    if (mine.length > 1) mine.sort((a, b) => (times[b] as number) - (times[a] as number) || b - a);
  }
  return { starts, orders };
}

export function orderCountOf(index: CustomerOrders, customer: number): number {
  return (index.starts[customer + 1] ?? 0) - (index.starts[customer] ?? 0);
}
