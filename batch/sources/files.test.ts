import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startS3 } from '../../local/s3/startS3.ts';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { createObjectStore, writeObject } from '../storage/objectStore.ts';
import { openSyncFixture, type SyncFixture } from '../sync/syncFixture.ts';
import { readSourcesFile } from './sourcesFile.ts';

let database: TestDatabase;
let shop: SyncFixture;
let folder: string;
beforeEach(async () => {
  database = await createTestDatabase();
  shop = await openSyncFixture(database.url);
  folder = await mkdtemp(join(tmpdir(), 'files-source-'));
});
afterEach(async () => {
  await shop.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const write = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);

/** A files source of this folder. */
async function source(settings: object) {
  const file = join(folder, 'sources.json');
  await writeFile(file, JSON.stringify({ sources: { till: { type: 'files', location: '.', ...settings } } }));
  return readSourcesFile(file, () => undefined);
}

const lines = () =>
  shop.query(
    'SELECT order_id, product_id, quantity, price::float8 FROM order_lines ORDER BY order_id, line_number',
  );
const orders = () =>
  shop.query(
    'SELECT order_id, unified_customer_id AS who, ordered_at, status, province, city FROM orders ORDER BY 1',
  );

describe('a folder of daily files', () => {
  it('is read once, file by file, and again from the first file that has changed', async () => {
    const till = await source({ orders: { files: 'orders-*.csv*' } });
    const head = 'order_id,date,customer_id,sku,qty,price\n';
    await write('orders-1.csv', `${head}1,2025-01-01,ann,A,1,5\n2,2025-01-01,bob,A,1,5\n`);
    await write('orders-2.csv.gz', gzipSync(`${head}2,2025-01-02,bob,B,2,7\n`));
    const [first] = await shop.sync(till);
    expect(first).toMatchObject({ counts: { orders: { added: 2, changed: 1 } } });
    const [again] = await shop.sync(till);
    expect(again).toMatchObject({ counts: { records: 0 } });
    await write('orders-3.csv', `${head}3,2025-01-03,cid,A,1,5\n`);
    const [third] = await shop.sync(till);
    expect(third).toMatchObject({ counts: { records: 1, orders: { added: 1 } } });
    // A corrected early file must not undo what later files say.
    await write('orders-1.csv', `${head}1,2025-01-01,ann,A,9,5\n2,2025-01-01,bob,A,1,5\n`);
    const [fourth] = await shop.sync(till);
    expect(fourth).toMatchObject({ counts: { records: 4 } });
    expect(await lines()).toEqual([
      { order_id: '1', product_id: 'A', quantity: 9, price: 5 },
      { order_id: '2', product_id: 'B', quantity: 2, price: 7 },
      { order_id: '3', product_id: 'A', quantity: 1, price: 5 },
    ]);
  });

  it('keeps what it cannot use, masked, until the file is mended', async () => {
    const till = await source({ orders: { files: '*.csv' } });
    const head = 'order_id,date,sku,qty,email\n';
    await write('a.csv', `${head}1,2025-01-01,A,1,ann@shop.test\n2,never,A,1,bob@shop.test\n`);
    const [result] = await shop.sync(till);
    expect(result).toMatchObject({ counts: { rejected: 1, orders: { added: 1 } } });
    expect(await shop.query('SELECT place, record, excerpt FROM sync_rejects')).toEqual([
      { place: 'a.csv', record: '3', excerpt: '2,never,A,1,***' },
    ]);
    await write('a.csv', `${head}1,2025-01-01,A,1,ann@shop.test\n2,2025-01-02,A,1,bob@shop.test\n`);
    await shop.sync(till);
    expect(await shop.query('SELECT * FROM sync_rejects')).toEqual([]);
  });

  it('reports a file that is cut off, keeps what came before, and goes on when it is whole', async () => {
    const till = await source({ orders: { files: '*.csv' } });
    await write('a.csv', 'order_id,date,sku\n1,2025-01-01,A\n');
    await write('b.csv', 'order_id,date,sku\n2,2025-01-01,A\n3,2025-');
    const [result] = await shop.sync(till);
    expect(result).toMatchObject({ error: { code: 'cut_off' } });
    expect(await shop.query('SELECT order_id FROM orders')).toEqual([{ order_id: '1' }]);
    expect(await shop.query('SELECT last_success_at, left(last_error, 8) AS error FROM sync_state')).toEqual([
      { last_success_at: null, error: 'cut_off:' },
    ]);
    await write('b.csv', 'order_id,date,sku\n2,2025-01-01,A\n3,2025-01-02,A\n');
    await shop.sync(till);
    expect(await shop.query('SELECT count(*)::int AS n FROM orders')).toEqual([{ n: 3 }]);
    expect(await shop.query('SELECT last_error FROM sync_state')).toEqual([{ last_error: null }]);
  });
});

describe('a bucket', () => {
  it('is read as a folder is', async () => {
    const s3 = await startS3({ dataDir: join(folder, 's3'), buckets: ['my-exports'] });
    const { AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
    const place = {
      region: 'eu-central-1',
      bucket: 'my-exports',
      prefix: '',
      endpoint: null,
      forcePathStyle: true,
    };
    const put = (key: string, text: string) =>
      writeObject(createObjectStore(place), { key, body: Readable.from([text]), contentType: 'text/csv' });
    const till = await source({
      location: 's3://my-exports/till/',
      region: 'eu-central-1',
      path_style: true,
      orders: { files: 'o*.csv' },
    });
    await put('till/o1.csv', 'order_id,date,sku\n1,2025-01-01,A\n');
    await put('other/o2.csv', 'order_id,date,sku\n2,2025-01-01,A\n');
    expect(await shop.sync(till)).toMatchObject([{ counts: { records: 1 } }]);
    expect(await shop.sync(till)).toMatchObject([{ counts: { records: 0 } }]);
    await put('till/o1.csv', 'order_id,date,sku\n1,2025-01-01,B\n');
    expect(await shop.sync(till)).toMatchObject([{ counts: { orders: { changed: 1 } } }]);
    for (const [name, value] of Object.entries({
      AWS_ENDPOINT_URL_S3,
      AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY,
    }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    await s3.stop();
  });
});

describe('a full catalogue', () => {
  it('takes off sale what it no longer names, unless it has lost most of the shop', async () => {
    const till = await source({ products: { files: 'products.csv', complete: true } });
    const catalogue = (ids: number[]) =>
      write('products.csv', `id,name\n${ids.map((id) => `${id},Lamp ${id}\n`).join('')}`);
    const all = Array.from({ length: 60 }, (_, i) => i);
    await catalogue(all);
    await shop.sync(till);
    await catalogue(all.slice(0, 50));
    expect(await shop.sync(till)).toMatchObject([{ counts: { missing: 10 } }]);
    await catalogue(all.slice(0, 5));
    const [suspicious] = await shop.sync(till);
    expect(suspicious).toMatchObject({ counts: { missing: 0 }, notes: [expect.stringContaining('--full')] });
    expect(await shop.sync(till, { full: true })).toMatchObject([{ counts: { missing: 45 } }]);
    expect(await shop.query('SELECT count(*)::int AS n FROM products WHERE available')).toEqual([{ n: 5 }]);
  });
});

describe('exports of other shapes load by a mapping alone:', () => {
  const order = { ordered_at: new Date('2025-03-04T15:30:00Z'), status: 'completed' };

  it('one row an order, its lines as JSON in a cell', async () => {
    const till = await source({
      orders: { files: '*.csv' },
      mapping: {
        columns: {
          order_id: 'number',
          product_id: 'items[].product.sku',
          quantity: 'items[].n',
          unit_price: 'items[].each',
        },
      },
    });
    const items = JSON.stringify([
      { product: { sku: 'A' }, n: 2, each: '1.50' },
      { product: { sku: 'B' }, n: 1, each: 9 },
    ]).replaceAll('"', '""');
    await write('o.csv', `number,date,customer_id,items,city\n7,2025-03-04 15:30,ann,"${items}",Lahore\n`);
    await shop.sync(till);
    expect(await lines()).toEqual([
      { order_id: '7', product_id: 'A', quantity: 2, price: 1.5 },
      { order_id: '7', product_id: 'B', quantity: 1, price: 9 },
    ]);
    expect(await orders()).toEqual([{ order_id: '7', who: 'ann', province: null, city: 'Lahore', ...order }]);
  });

  it('semicolons, decimal commas, date and time in two columns, prices in hundredths', async () => {
    const till = await source({
      orders: { files: '*.txt' },
      mapping: {
        columns: {
          order_id: 'Beleg',
          ordered_at: ['Tag', 'Uhrzeit'],
          product_id: 'Artikel',
          unit_price: 'Cent',
          quantity: 'Menge',
        },
        prices: 'cents',
        decimal: ',',
      },
    });
    await write('o.txt', 'Beleg;Tag;Uhrzeit;Artikel;Menge;Cent\n7;04.03.2025;15:30;A;1,5;1999\n');
    await shop.sync(till);
    expect(await lines()).toEqual([{ order_id: '7', product_id: 'A', quantity: 2, price: 19.99 }]);
    expect(await orders()).toEqual([{ order_id: '7', who: null, province: null, city: null, ...order }]);
  });

  it('heads, lines and customers in three files', async () => {
    const till = await source({
      orders: {
        files: 'lines*.csv',
        join: [
          { files: 'heads*.csv', on: ['order', 'id'] },
          { files: 'buyers.csv', on: ['buyer', 'key'] },
        ],
      },
      mapping: { columns: { order_id: 'order', customer_id: 'buyer', ordered_at: 'placed' } },
    });
    await write('lines.csv', 'order,sku,qty\n7,A,1\n8,A,1\n7,B,2\n');
    await write('heads1.csv', 'id,placed,state,buyer\n7,2025-03-04 15:30,cancelled,ann\n');
    await write('heads2.csv', 'id,placed,state,buyer\n8,2025-03-04 15:30,Punjab,bob\n');
    await write('buyers.csv', 'key,city\nann,Lahore\n');
    await shop.sync(till);
    expect((await lines()).map(({ order_id, product_id }) => `${order_id}${product_id}`)).toEqual([
      '7A',
      '7B',
      '8A',
    ]);
    expect((await orders()).map(({ who, city }) => [who, city])).toEqual([
      ['ann', 'Lahore'],
      ['bob', null],
    ]);
    await write('buyers.csv', 'key,city\nann,Lahore\nbob,Multan\n');
    await shop.sync(till);
    expect((await orders()).map(({ city }) => city)).toEqual(['Lahore', 'Multan']);
  });

  it('JSON Lines with nested lines, recognised by their names', async () => {
    const till = await source({ orders: { files: '**.jsonl.gz' }, products: { files: 'catalogue.jsonl' } });
    const record = {
      order_id: 7,
      created_at: '2025-03-04T15:30:00Z',
      customer: { id: 'ann', name: 'Ann' },
      taxes: [{ price: 1 }],
      items: [
        { sku: 'A', quantity: 1, price: 5.5 },
        { sku: 'B', quantity: 2, price: '1.25' },
      ],
    };
    await mkdir(join(folder, '2025'));
    const text = `${JSON.stringify(record)}\n{"order_id": 8, "items": [\n{"order_id":9,"created_at":"2025-03-05","items":[]}\n`;
    await writeFile(join(folder, '2025', 'o.jsonl.gz'), gzipSync(text));
    await write('catalogue.jsonl', '{"id":"A","title":"Lamp","tags":["x"],"category":["Home","Light"]}\n');
    const [result] = await shop.sync(till);
    expect(result).toMatchObject({
      counts: { rejected: 2, rejectedByReason: { not_an_object: 1, missing_product_id: 1 } },
    });
    expect(await lines()).toEqual([
      { order_id: '7', product_id: 'A', quantity: 1, price: 5.5 },
      { order_id: '7', product_id: 'B', quantity: 2, price: 1.25 },
    ]);
    expect(await orders()).toMatchObject([{ who: 'ann', ...order }]);
    expect(
      await shop.query("SELECT product_name, category_path FROM products WHERE product_id = 'A'"),
    ).toEqual([{ product_name: 'Lamp', category_path: ['Home', 'Light'] }]);
  });
});
