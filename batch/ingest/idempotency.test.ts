import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { type IngestFixture, openIngestFixture } from './ingestFixture.ts';

const HEADER = 'order_id,ordered_at,customer_id,product_id,product_name,quantity,unit_price,city\n';
const EMPTY =
  'TRUNCATE products, customers, orders, order_items, product_alias, customer_alias, sync_state RESTART IDENTITY';

let database: TestDatabase;
let shop: IngestFixture;
beforeAll(async () => {
  database = await createTestDatabase();
  shop = await openIngestFixture(database.url);
});
afterAll(async () => {
  await shop.close();
  await database.drop();
});

/** Orders with few ids, so that lines repeat and orders share customers and products. */
const line = fc
  .record({
    order: fc.integer({ min: 1, max: 5 }),
    product: fc.constantFrom('A1', 'B2', 'POST', 'é,"x'),
    name: fc.constantFrom('Lamp', 'Desk', '', 'POSTAGE'),
    quantity: fc.integer({ min: -2, max: 3 }),
    cents: fc.integer({ min: 0, max: 300 }),
  })
  .map(({ order, product, name, quantity, cents }) => {
    const customer = order % 3 === 0 ? '' : `c${order % 4}`;
    const id = `"${product.replaceAll('"', '""')}"`;
    return `${order},2025-01-0${order},${customer},${id},${name},${quantity},${(cents / 100).toFixed(2)},town${order}`;
  });
const input = fc.array(line, { minLength: 1, maxLength: 25 }).chain((lines) =>
  fc.record({
    lines: fc.constant(lines),
    shuffled: fc.shuffledSubarray(lines, { minLength: lines.length }),
    repeats: fc.integer({ min: 1, max: 2 }),
  }),
);

const CONTENT = `
  SELECT o.order_id, o.unified_customer_id, o.ordered_at, o.status, o.city,
         (SELECT json_agg(json_build_array(l.product_id, l.quantity, l.price) ORDER BY l.product_id, l.price, l.quantity)
          FROM order_lines l WHERE l.order_id = o.order_id) AS lines
  FROM orders o ORDER BY o.order_id`;
const NAMED = 'SELECT product_id, product_name, price, recommendable FROM products ORDER BY product_id';

it('any order of the lines, any number of times, gives the same database, untouched after the first', async () => {
  await fc.assert(
    fc.asyncProperty(input, async ({ lines, shuffled, repeats }) => {
      const load = async (rows: readonly string[]) =>
        shop.ingest({ orders: await shop.write('orders.csv', `${HEADER}${rows.join('\n')}\n`) });
      await shop.query(EMPTY);
      const first = await load(lines);
      expect(first.lines.accepted + first.lines.guest + first.lines.rejected).toBe(lines.length);
      const [content, named] = [await shop.query(CONTENT), await shop.query(NAMED)];
      const before = await shop.footprint();
      for (let i = 0; i < repeats; i++) await load(shuffled);
      expect(await shop.footprint()).toBe(before);
      await shop.query(EMPTY);
      await load(shuffled);
      expect(await shop.query(CONTENT)).toEqual(content);
      expect(await shop.query(NAMED)).toEqual(named);
    }),
    { numRuns: 8 },
  );
});
