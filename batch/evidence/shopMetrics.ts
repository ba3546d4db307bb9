import { type CustomerOrders, orderCountOf } from './customerOrders.ts';
import type { OrderBook } from './orderBook.ts';
import type { PairTable } from './pairs.ts';

/** Figures of the whole shop, by name; shares are 0 … 1. */
export function shopMetrics(
  book: OrderBook,
  customerOrders: CustomerOrders,
  pairs: PairTable,
): Record<string, number> {
  const { orderCount, lineStarts, items, maxItem, maxCustomer } = book;
  let together = 0;
  let guests = 0;
  for (let order = 0; order < orderCount; order++) {
    if ((lineStarts[order + 1] as number) - (lineStarts[order] as number) > 1) together++;
    if (book.customers[order] === 0) guests++;
  }
  let customers = 0;
  let repeated = 0;
  for (let customer = 1; customer <= maxCustomer; customer++) {
    const orders = orderCountOf(customerOrders, customer);
    if (orders > 0) customers++;
    if (orders > 1) repeated++;
  }
  const sold = new Set(items).size;
  let ends = 0;
  let paired = 0;
  for (let item = 0; item <= maxItem; item++) {
    const neighbours = pairs.neighbours[item] as number;
    ends += neighbours;
    if (neighbours > 0) paired++;
  }
  return {
    customers_with_orders: customers,
    repeat_customer_share: share(repeated, customers),
    orders_per_customer: share(orderCount - guests, customers),
    guest_order_share: share(guests, orderCount),
    items_per_order: share(items.length, orderCount),
    several_items_share: share(together, orderCount),
    products_sold: sold,
    products_paired: paired,
    pairs: ends / 2,
    pair_density: share(ends, sold * (sold - 1)),
  };
}

/** Rounded to four digits; 0 of nothing. */
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Number((part / whole).toPrecision(4));
}
