import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { csvRow, inChunks } from './csv.ts';
import { generateShop } from './generateShop.ts';
import { type ShopFiles, writeShop } from './writeShop.ts';

const shop = generateShop({ users: 300, items: 120, until: '2026-03-01' });
let folder = '';
let files: ShopFiles;

type Column = 'customer_id' | 'image_url' | 'department' | 'category' | 'aisle' | 'available' | 'email';

async function read(path: string): Promise<Record<Column, string>[]> {
  return parse(gunzipSync(await readFile(path)), { columns: true });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-shop-'));
  files = await writeShop(shop, folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the orders file has a row a line, guests with an empty customer', async () => {
  const rows = await read(files.orders);
  expect(rows).toHaveLength(shop.size.lines);
  const [order] = shop.orders();
  expect(rows[0]).toEqual({
    order_id: order?.orderId,
    ordered_at: new Date(order?.orderedAtMs ?? 0).toISOString(),
    customer_id: order?.customerId ?? '',
    product_id: order?.lines[0]?.productId,
    quantity: String(order?.lines[0]?.quantity),
    unit_price: String(order?.lines[0]?.unitPrice),
    status: order?.status,
    province: order?.province,
    city: order?.city,
  });
  expect(rows.some((row) => row.customer_id === '')).toBe(true);
});

test('the products file tells three category levels, link, picture and whether it is sold out', async () => {
  const rows = await read(files.products);
  const products = [...shop.products()];
  expect(rows.map((row) => row.image_url)).toEqual(products.map((p) => p.imageUrl));
  expect(rows.map((row) => [row.department, row.category, row.aisle])).toEqual(
    products.map((p) => [p.department, p.category, p.aisle]),
  );
  expect(rows.map((row) => row.available)).toEqual(products.map((p) => String(p.available)));
});

test('the customers file has everybody', async () => {
  const rows = await read(files.customers);
  expect(rows.map((row) => row.email)).toEqual([...shop.customers()].map((c) => c.email));
});

test('cells with commas, quotes or line breaks are quoted', () => {
  expect(csvRow(['a,b', 'say "yes"', null, 3, true])).toBe('"a,b","say ""yes""",,3,true\n');
});

test('chunks keep every row, in order, however long', () => {
  const rows = Array.from({ length: 500 }, (_, i) => `${'x'.repeat(i * 3)}\n`);
  const chunks = [...inChunks(rows)];
  expect(chunks.join('')).toBe(rows.join(''));
  expect(chunks.length).toBeGreaterThan(3);
});
