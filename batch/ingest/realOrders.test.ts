import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { type IngestFixture, openIngestFixture } from './ingestFixture.ts';

const data = (name: string) => fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));
const uci = data('uci-online-retail/order_lines.csv.gz');
const olist = data('olist/order_lines.csv.gz');
/** Half a million rows beside other work. */
const TIMEOUT_MS = 300_000;
const MISSING = 'the data set is not on this machine';

let database: TestDatabase;
let shop: IngestFixture;
beforeEach(async () => {
  database = await createTestDatabase();
  shop = await openIngestFixture(database.url);
});
afterEach(async () => {
  await shop.close();
  await database.drop();
});

describe('real orders', () => {
  it('of UCI Online Retail are all accounted for, without postage or manual entries', {
    timeout: TIMEOUT_MS,
  }, async (context) => {
    if (!existsSync(uci)) context.skip(MISSING);
    const summary = await shop.ingest({ orders: uci });
    expect(summary.lines).toMatchObject({ read: 541_909, accepted: 406_829, guest: 135_078, rejected: 2 });
    expect(summary.rejectedByReason).toEqual({ negative_price: 2 });
    expect(summary.orders).toMatchObject({ added: 25_898, cancelled: 3_836 });
    expect(summary.customers.added).toBe(4_372);
    const listed = await shop.query(
      'SELECT product_id FROM products WHERE NOT recommendable AND product_id !~ \'^gift_\' ORDER BY product_id COLLATE "C"',
    );
    expect(listed.map(({ product_id }) => product_id)).toEqual([
      '22016',
      '23444',
      '23574',
      'AMAZONFEE',
      'B',
      'BANK CHARGES',
      'C2',
      'CRUK',
      'D',
      'DOT',
      'M',
      'POST',
      'S',
      'm',
    ]);
    expect(await shop.query("SELECT product_name FROM products WHERE product_id = '85123A'")).toEqual([
      { product_name: 'WHITE HANGING HEART T-LIGHT HOLDER' },
    ]);
    expect(await shop.query('SELECT max(item_number) = count(*) AS dense FROM products')).toEqual([
      { dense: true },
    ]);
  });

  it('of Olist load with places, categories and states of orders', {
    timeout: TIMEOUT_MS,
  }, async (context) => {
    if (!existsSync(olist)) context.skip(MISSING);
    const summary = await shop.ingest({ orders: olist, products: data('olist/products.csv.gz') });
    expect(summary.lines).toMatchObject({ read: 112_650, accepted: 112_650, guest: 0, rejected: 0 });
    expect(summary.orders).toMatchObject({ added: 98_666, cancelled: 467 });
    expect(summary.products).toMatchObject({ added: 32_951, read: 32_951, rejected: 0 });
    expect(await shop.query('SELECT province, city FROM customers ORDER BY customer_number LIMIT 1')).toEqual(
      [{ province: 'RR', city: 'boa vista' }],
    );
    expect(await shop.query("SELECT category_path FROM products WHERE product_id = '1'")).toEqual([
      { category_path: ['furniture_decor'] },
    ]);
  });
});
