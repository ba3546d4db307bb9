import type { ClientBase } from 'pg';
import { z } from 'zod';
import { type RowCursor, readRows } from '../db/readRows.ts';
import type { OrderBook } from './orderBook.ts';
import type { PlaceBook } from './placeBook.ts';
import type { Customers } from './readCustomers.ts';
import type { Products } from './readProducts.ts';

const ORDERS = `
  SELECT o.order_number, coalesce(c.customer_number, 0), floor(extract(epoch FROM o.ordered_at))::int8,
         o.province, o.city
  FROM orders o LEFT JOIN customers c USING (unified_customer_id)
  WHERE o.status = 'completed'
  ORDER BY o.order_number`;
// The same lines as db/trainable.ts, guests besides. In the primary key's own order: no sort, and the
// products are looked up here instead of by a join of two million rows.
const LINES = `
  SELECT order_number, item_number FROM order_items WHERE quantity > 0 AND price >= 0 ORDER BY order_number, line_number`;

interface OrderBookSources {
  readonly products: Products;
  readonly customers: Customers;
  readonly places: PlaceBook;
}

/**
 * Streams completed orders and their recommendable lines out of Postgres, once. Both queries must see
 * the same data: call it inside one repeatable-read transaction. An order without a place takes its
 * customer's. Memory: 4 bytes a line, 28 an order.
 */
export async function readOrderBook(client: ClientBase, sources: OrderBookSources): Promise<OrderBook> {
  const heads = await readHeads(client, sources);
  const { products, customers } = sources;
  const items = new Uint32Array(await countOf(client, 'order_items'));
  const lineStarts = new Uint32Array(heads.count + 1);
  // Compacts in place: orders that keep no line drop out, so `kept` never overtakes `head`.
  let kept = 0;
  let head = 0;
  let at = 0;
  let start = 0;
  const stamps = new Uint32Array(products.maxItem + 1);
  function close(): void {
    if (at === start) return;
    heads.customers[kept] = heads.customers[head] as number;
    heads.times[kept] = heads.times[head] as number;
    heads.places[kept] = heads.places[head] as number;
    lineStarts[++kept] = at;
    start = at;
  }
  function take(rows: RowCursor): void {
    const order = rows.int32(0);
    const item = rows.int32(1);
    while (head < heads.count && (heads.numbers[head] as number) < order) {
      close();
      head++;
    }
    if (heads.numbers[head] !== order || products.recommendable[item] !== 1) return;
    if (stamps[item] === head + 1) return;
    stamps[item] = head + 1;
    items[at++] = item;
  }
  for await (const rows of readRows(client, LINES, 2)) while (rows.next()) take(rows);
  if (head < heads.count) close();
  return {
    orderCount: kept,
    customers: heads.customers.subarray(0, kept),
    times: heads.times.subarray(0, kept),
    places: heads.places.subarray(0, kept),
    lineStarts: lineStarts.subarray(0, kept + 1),
    items: items.subarray(0, at),
    maxItem: products.maxItem,
    maxCustomer: customers.maxCustomer,
  };
}

async function readHeads(client: ClientBase, { customers: known, places: book }: OrderBookSources) {
  const room = await countOf(client, 'orders');
  const numbers = new Int32Array(room);
  const customers = new Int32Array(room);
  const times = new Float64Array(room);
  const places = new Int32Array(room);
  let count = 0;
  for await (const rows of readRows(client, ORDERS, 5)) {
    while (rows.next()) {
      const customer = rows.int32(1);
      numbers[count] = rows.int32(0);
      customers[count] = customer;
      times[count] = Number(rows.bigint(2));
      places[count] = book.numberOf(rows.text(3), rows.text(4)) || (known.places[customer] as number);
      count++;
    }
  }
  return { count, numbers, customers, times, places };
}

async function countOf(client: ClientBase, table: 'orders' | 'order_items'): Promise<number> {
  const answer = await client.query(`SELECT count(*)::int AS count FROM ${table}`);
  return z.object({ count: z.int() }).parse(answer.rows[0]).count;
}
