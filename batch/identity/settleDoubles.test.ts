import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { decideDoubles, type ToldOrder } from './decideDoubles.ts';
import { settleDoubles } from './settleDoubles.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const DAY = 86_400_000;
const told = fc.record({
  source: fc.constantFrom('erp', 'shop', 'till'),
  order_id: fc.constantFrom('1', '2', '#3', '##4', 'x'),
  reference: fc.option(fc.constantFrom('1', '#2', '##3', '1-0', '10')),
  customer: fc.option(fc.constantFrom('ann', 'bob')),
  ordered_at: fc.constantFrom(0, 1, DAY, 20 * DAY),
  completed: fc.boolean(),
  updated_at: fc.option(fc.nat(2)),
  lines: fc.constantFrom(['1:1'], ['1:1', '2:1'], []),
});

const ORDERS = `
  INSERT INTO orders (order_number, order_id, source, unified_customer_id, ordered_at, status, reference, source_updated_at, content_hash)
  OVERRIDING SYSTEM VALUE
  SELECT number, order_id, source, customer, to_timestamp(ordered_at / 1000.0),
         CASE WHEN completed THEN 'completed' ELSE 'cancelled' END, reference, to_timestamp(updated_at / 1000.0), ''
  FROM json_populate_recordset(NULL::told, $1::json)`;
const LINES = `
  INSERT INTO order_items SELECT n, l, split_part(line, ':', 1)::int, split_part(line, ':', 2)::int, 1
  FROM json_array_elements($1::json) WITH ORDINALITY AS o (told, n),
       json_array_elements_text(o.told->'lines') WITH ORDINALITY AS i (line, l)`;
const DOUBLES =
  'SELECT order_number AS "order", counted_order_number AS counted, rule FROM order_doubles ORDER BY 1';

test('what the database finds is what all orders together say', async () => {
  await client.query(`CREATE TYPE told AS (number int, source text, order_id text, reference text, customer text,
    ordered_at float8, completed boolean, updated_at float8)`);
  const orders = fc.uniqueArray(told, {
    selector: (one) => `${one.source}/${one.order_id}`,
    minLength: 2,
    maxLength: 9,
  });
  await fc.assert(
    fc.asyncProperty(orders, async (all) => {
      const numbered = all.map((one, i) => ({ ...one, number: i + 1 }));
      await client.query('BEGIN');
      await client.query(ORDERS, [JSON.stringify(numbered)]);
      await client.query(LINES, [JSON.stringify(numbered)]);
      await settleDoubles(client, { source: null, touched: numbered.map(({ number }) => number) });
      const { rows: found } = await client.query(DOUBLES);
      const { rows: keys } = await client.query(
        'SELECT order_key(reference) AS key FROM orders ORDER BY order_number',
      );
      await client.query('ROLLBACK');
      const whole = numbered.map((one, i): ToldOrder => ({ ...one, reference_key: keys[i]?.key ?? null }));
      expect(found).toEqual(decideDoubles(whole));
    }),
    { numRuns: 60 },
  );
});
