import type { ClientBase } from 'pg';
import { z } from 'zod';
import { TRAINABLE_LINES } from '../db/trainable.ts';

/** What a customer bought after a cut-off, as item numbers. */
export interface TestCustomer {
  readonly number: number;
  /** Everything bought before. */
  readonly before: ReadonlySet<number>;
  readonly all: ReadonlySet<number>;
  readonly first: ReadonlySet<number>;
  readonly repeat: ReadonlySet<number>;
}

/** Orders in (from, until]. */
export interface TestWindow {
  readonly from: Date;
  readonly until: Date;
}

/** More customers than this add nothing to an interval but time. */
const MOST_CUSTOMERS = 20_000;

const Numbers = z.array(z.int());
const Row = z.object({ customer_number: z.int(), after: Numbers, before: Numbers });

/**
 * Customers with trainable orders both before and in the window: whoever was nobody's customer then could be
 * shown no list of their own. Of more than 20,000 a fixed pseudo-random sample. Spares the disk: only orders of
 * customers who bought in the window are looked at.
 */
export async function readTestCustomers(client: ClientBase, window: TestWindow): Promise<TestCustomer[]> {
  const answer = await client.query(
    `WITH buyers AS MATERIALIZED (
       SELECT customer_number FROM (
         SELECT DISTINCT c.customer_number FROM orders o JOIN customers c USING (unified_customer_id)
         WHERE o.ordered_at > $1 AND o.ordered_at <= $2 AND o.status = 'completed') AS b
       ORDER BY hashint4(customer_number), customer_number LIMIT ${2 * MOST_CUSTOMERS})
     SELECT customer_number,
            array_agg(DISTINCT item_number) FILTER (WHERE ordered_at > $1) AS after,
            array_agg(DISTINCT item_number) FILTER (WHERE ordered_at <= $1) AS before
     FROM (${TRAINABLE_LINES}) AS t JOIN buyers USING (customer_number)
     WHERE ordered_at <= $2
     GROUP BY customer_number
     HAVING bool_or(ordered_at > $1) AND bool_or(ordered_at <= $1)
     ORDER BY hashint4(customer_number), customer_number LIMIT ${MOST_CUSTOMERS}`,
    [window.from, window.until],
  );
  return answer.rows.map((row) => testCustomerOf(Row.parse(row)));
}

function testCustomerOf({ customer_number, after, before: earlier }: z.infer<typeof Row>): TestCustomer {
  const before = new Set(earlier);
  return {
    number: customer_number,
    before,
    all: new Set(after),
    first: new Set(after.filter((item) => !before.has(item))),
    repeat: new Set(after.filter((item) => before.has(item))),
  };
}
