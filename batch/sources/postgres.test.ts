import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { openSyncFixture, type SyncFixture } from '../sync/syncFixture.ts';
import { readSourcesFile } from './sourcesFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'postgres-source-'));
let database: TestDatabase;
let other: TestDatabase;
let erp: pg.Client;
let shop: SyncFixture;
beforeAll(async () => {
  database = await createTestDatabase();
  other = await createTestDatabase();
  shop = await openSyncFixture(database.url, { OTHER_URL: other.url });
  erp = new pg.Client({ connectionString: other.url });
  await erp.connect();
  await erp.query(`
    CREATE SCHEMA erp;
    CREATE TABLE erp.sale (no integer PRIMARY KEY, placed timestamptz, buyer integer, touched timestamptz, extra jsonb);
    CREATE TABLE erp.line (no integer, sku text, pieces integer, each numeric(10, 4));
    CREATE TABLE erp.article (sku text PRIMARY KEY, label text, price numeric(10, 4), sold boolean);
    INSERT INTO erp.sale SELECT i, '2025-01-01'::timestamptz + i * interval '1 minute', i % 700,
      '2025-02-01'::timestamptz + (i % 977) * interval '1 second', '{"to": {"city": "Lahore"}}' FROM generate_series(1, 12000) i;
    INSERT INTO erp.line SELECT i, 'S' || (i * j) % 90, j, 9.9900 FROM generate_series(1, 12000) i, generate_series(1, 3) j;
    INSERT INTO erp.article SELECT 'S' || i, 'Lamp ' || i, 9.99, i % 2 = 0 FROM generate_series(0, 99) i`);
});
afterAll(async () => {
  await erp.end();
  await shop.close();
  await database.drop();
  await other.drop();
});

function configure(settings: object = {}) {
  const file = join(folder, 'sources.json');
  const source = {
    type: 'postgres',
    url_env: 'OTHER_URL',
    orders: {
      query: `SELECT s.no, s.placed, s.buyer, l.sku, l.pieces, l.each, s.touched, s.extra
              FROM erp.sale s JOIN erp.line l USING (no) WHERE s.touched >= $1;`,
    },
    products: { query: 'SELECT sku, label, price, sold FROM erp.article' },
    mapping: {
      columns: {
        order_id: 'no',
        ordered_at: 'placed',
        customer_id: 'buyer',
        product_id: 'sku',
        quantity: 'pieces',
        unit_price: 'each',
        updated_at: 'touched',
        city: 'extra.to.city',
      },
      products: { product_id: 'sku', product_name: 'label', available: 'sold' },
    },
    ...settings,
  };
  writeFileSync(file, JSON.stringify({ sources: { erp: source } }));
  return readSourcesFile(file, () => other.url);
}

const count = async () =>
  (
    await shop.query(
      'SELECT count(*)::int AS lines, count(DISTINCT order_id)::int AS orders FROM order_lines',
    )
  )[0];

it('reads whole orders in pages, each stored with where to go on, then only what has changed', async () => {
  const sources = configure();
  const stop = new AbortController();
  // Ended from outside once a page is stored, as a process that dies.
  const stored = shop.whenStored('orders').then(() => stop.abort(new Error('died')));
  await shop.sync(sources, { signal: stop.signal }).catch(() => undefined);
  await stored;
  const [first] = await shop.sync(sources);
  expect(first).not.toHaveProperty('error');
  expect(await count()).toEqual({ lines: 36_000, orders: 12_000 });
  expect(
    await shop.query("SELECT ordered_at, city, unified_customer_id AS who FROM orders WHERE order_id = '61'"),
  ).toEqual([{ ordered_at: new Date('2025-01-01T01:01:00Z'), city: 'Lahore', who: '61' }]);
  expect(await shop.query("SELECT price::float8, available FROM products WHERE product_id = 'S1'")).toEqual([
    { price: 9.99, available: false },
  ]);
  await erp.query(`DELETE FROM erp.line WHERE no = 7 AND pieces = 3;
    UPDATE erp.sale SET touched = '2025-03-01 10:00:00.123456+00' WHERE no IN (7, 8); DELETE FROM erp.article WHERE sku = 'S2'`);
  const [second] = await shop.sync(sources);
  expect(second).toMatchObject({ counts: { orders: { changed: 1, added: 0 }, missing: 1 } });
  expect(await count()).toEqual({ lines: 35_999, orders: 12_000 });
  const [third] = await shop.sync(sources);
  expect(third).toMatchObject({ counts: { orders: { changed: 0, unchanged: 2 } } });
});

it('names a query that cannot be run, and a database that is not there', async () => {
  const wrong = configure({ orders: { query: 'SELECT nothing FROM nowhere' }, products: undefined });
  expect(await shop.sync(wrong)).toMatchObject([
    { error: { code: 'source_query', message: expect.stringContaining('nowhere') } },
  ]);
  const away = await openSyncFixture(database.url, { OTHER_URL: 'postgres://u@127.0.0.1:1/x' });
  expect(await away.sync(configure())).toMatchObject([{ error: { code: 'source_down' } }]);
  await away.close();
});
