import type { Pool } from 'pg';
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
      return { products, customers, places, book };
    },
    'ISOLATION LEVEL REPEATABLE READ READ ONLY',
  );
}
