import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { CustomerKeyer } from '../../shared/identity/customerKey.ts';
import { readRows } from '../db/readRows.ts';
import type { PlaceBook } from './placeBook.ts';

/** What the batch keeps of every customer while it works. Arrays go by customer number. */
export interface Customers {
  readonly maxCustomer: number;
  /** 1 = there is such a customer. */
  readonly known: Uint8Array;
  /** Halves of the customer's 64-bit key. */
  readonly keyHighs: Int32Array;
  readonly keyLows: Uint32Array;
  /** Place the customer's own row names; 0 = none. */
  readonly places: Int32Array;
}

/** Streams all customers but those who turned out to be others; ids are hashed at once and not kept. */
export async function readCustomers(
  client: ClientBase,
  places: PlaceBook,
  keyOf: CustomerKeyer,
): Promise<Customers> {
  const answer = await client.query('SELECT coalesce(max(customer_number), 0) AS max FROM customers');
  const maxCustomer = z.object({ max: z.int() }).parse(answer.rows[0]).max;
  const customers: Customers = {
    maxCustomer,
    known: new Uint8Array(maxCustomer + 1),
    keyHighs: new Int32Array(maxCustomer + 1),
    keyLows: new Uint32Array(maxCustomer + 1),
    places: new Int32Array(maxCustomer + 1),
  };
  const query = `SELECT customer_number, unified_customer_id, province, city
                 FROM customers WHERE merged_into IS NULL ORDER BY customer_number`;
  for await (const rows of readRows(client, query, 4)) {
    while (rows.next()) {
      const number = rows.int32(0);
      const key = keyOf(rows.text(1) ?? '');
      customers.known[number] = 1;
      customers.keyHighs[number] = key.high;
      customers.keyLows[number] = key.low;
      customers.places[number] = places.numberOf(rows.text(2), rows.text(3));
    }
  }
  return customers;
}
