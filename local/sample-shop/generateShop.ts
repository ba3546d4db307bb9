import { type ShopOrder, writeOrders } from './orders.ts';
import { customerAt, type ShopCustomer } from './people.ts';
import { planOrders } from './plan.ts';
import type { ShopProduct } from './product.ts';
import { resolveShop, type ShopRequest, type ShopSize } from './request.ts';
import { stockShop } from './stock.ts';

/** A generated shop. Every call of a stream starts it anew, with the same content. */
export interface Shop {
  size: ShopSize;
  /** Orders in the window, guests' included. */
  orderCount: number;
  products(): Iterable<ShopProduct>;
  customers(): Iterable<ShopCustomer>;
  /** Earliest first; exactly `size.lines` lines in all. */
  orders(): Iterable<ShopOrder>;
}

function* everyCustomer(size: ShopSize): Generator<ShopCustomer, void, undefined> {
  for (let i = 0; i < size.users; i++) yield customerAt(size.seed, i);
}

/**
 * Generates a bedding and furniture shop: exactly the users, items and lines asked for, equal for equal
 * seed and `until`. Assortment and plan (about 20 bytes an order) are held; orders are made as they are read.
 * `now` gives the end of the orders when the request has no `until`.
 */
export function generateShop(request: ShopRequest, now: Date = new Date()): Shop {
  const size = resolveShop(request, now);
  const stock = stockShop(size);
  const plan = planOrders(size);
  return {
    size,
    orderCount: plan.owner.length,
    products: () => stock.products,
    customers: () => everyCustomer(size),
    orders: () => writeOrders(size, stock, plan),
  };
}
