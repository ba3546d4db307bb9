import type { ClientBase, Pool } from 'pg';
import { z } from 'zod';
import type { CustomerKeyer } from '../../shared/identity/customerKey.ts';
import { inTransaction } from '../db/pool.ts';
import type { OrderBook } from './orderBook.ts';
import { createPlaceBook, type PlaceBook } from './placeBook.ts';
import { type Customers, readCustomers } from './readCustomers.ts';
import { readOrderBook } from './readOrderBook.ts';
import { type Products, readProducts } from './readProducts.ts';

/** Everything the batch knows from the shop's own data, the same for every engine. */
export interface Evidence {
  readonly products: Products;
  readonly customers: Customers;
  readonly places: PlaceBook;
  readonly book: OrderBook;
  /** Number of the newest order there is, whether it counts or not; null: there is none. */
  readonly lastOrder: number | null;
}

/** Reads products, customers and orders as they were at one instant. */
export function readEvidence(pool: Pool, keyOf: CustomerKeyer): Promise<Evidence> {
  return inTransaction(
    pool,
    async (client) => {
      const places = createPlaceBook();
      const products = await readProducts(client);
      const customers = await readCustomers(client, places, keyOf);
      const book = await readOrderBook(client, { products, customers, places });
      return { products, customers, places, book, lastOrder: await newestNumber(client) };
    },
    'ISOLATION LEVEL REPEATABLE READ READ ONLY',
  );
}

async function newestNumber(client: ClientBase): Promise<number | null> {
  const { rows } = await client.query('SELECT max(order_number) AS newest FROM orders');
  return z.object({ newest: z.int().nullable() }).parse(rows[0]).newest;
}
