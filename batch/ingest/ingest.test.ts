import { readFile, stat, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { type IngestFixture, openIngestFixture } from './ingestFixture.ts';

const HEADER = 'order_id,ordered_at,customer_id,product_id,product_name,quantity,unit_price,province,city\n';

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

const orders = (lines: string, name = 'orders.csv') => shop.write(name, HEADER + lines);
const lines = () =>
  shop.query(
    'SELECT order_id, line_number, product_id, quantity, price::float8 FROM order_lines ORDER BY order_id COLLATE "C", line_number',
  );

describe('ingest of orders', () => {
  it('loads orders, lines, customers, products and aliases', async () => {
    const file = await orders(
      '1,2025-01-02T10:00:00,ann,A1,Lamp,2,9.99,Ontario,Toronto\n1,2025-01-02T10:00:00,ann,B2,Desk,1,100,Ontario,Toronto\n2,2025-01-03,,A1,Lamp,1,10.50,,\n',
    );
    const summary = await shop.ingest({ orders: file, source: 'till' });
    expect(summary.lines).toEqual({ read: 3, accepted: 2, guest: 1, rejected: 0, sales: 3 });
    expect(summary.orders).toMatchObject({ added: 2, changed: 0, unchanged: 0 });
    expect(
      await shop.query('SELECT order_id, source, unified_customer_id, status, city FROM orders ORDER BY 1'),
    ).toEqual([
      { order_id: '1', source: 'till', unified_customer_id: 'ann', status: 'completed', city: 'Toronto' },
      { order_id: '2', source: 'till', unified_customer_id: null, status: 'completed', city: null },
    ]);
    expect(
      await shop.query(
        'SELECT product_id, item_number, product_name, price::float8 FROM products ORDER BY 1',
      ),
    ).toEqual([
      { product_id: 'A1', item_number: 1, product_name: 'Lamp', price: 10.5 },
      { product_id: 'B2', item_number: 2, product_name: 'Desk', price: 100 },
    ]);
    expect(await shop.query('SELECT unified_customer_id, province, city FROM customers')).toEqual([
      { unified_customer_id: 'ann', province: 'Ontario', city: 'Toronto' },
    ]);
    expect(await shop.query('SELECT source, source_id FROM customer_alias')).toEqual([
      { source: 'till', source_id: 'ann' },
    ]);
    expect(await shop.query('SELECT count(*)::int AS n FROM product_alias')).toEqual([{ n: 2 }]);
  });

  it('changes nothing when the same file comes again, also with its lines in another order', async () => {
    const rows = [
      '1,2025-01-02,ann,A1,Lamp,2,9.99,,',
      '2,2025-01-03,bob,A1,Lamp,1,9,,',
      '1,2025-01-02,ann,A1,Lamp,2,9.99,,',
      '1,2025-01-02,ann,B2,Desk,1,5,,',
    ];
    await shop.ingest({ orders: await orders(`${rows.join('\n')}\n`) });
    const before = await shop.footprint();
    const again = await shop.ingest({ orders: await orders(`${rows.toReversed().join('\n')}\n`) });
    expect(again.orders).toMatchObject({ added: 0, changed: 0, unchanged: 2 });
    expect(await shop.footprint()).toBe(before);
  });

  it('keeps duplicate lines, and makes one order of scattered lines', async () => {
    const row = '1,2025-01-02,ann,A1,Lamp,1,9,,\n';
    await shop.ingest({ orders: await orders(`${row}2,2025-01-02,bob,A1,Lamp,1,9,,\n${row}`) });
    expect((await lines()).map(({ order_id }) => order_id)).toEqual(['1', '1', '2']);
  });

  it('replaces the lines of an order that has changed, and only those', async () => {
    await shop.ingest({
      orders: await orders(
        '1,2025-01-02,ann,A1,Lamp,1,9,,\n1,2025-01-02,ann,B2,Desk,1,5,,\n2,2025-01-02,bob,A1,Lamp,1,9,,\n',
      ),
    });
    const second = await shop.ingest({
      orders: await orders('1,2025-01-02,ann,B2,Desk,3,5,,\n3,2025-01-04,cid,C3,Bed,1,7,,\n'),
    });
    expect(second.orders).toMatchObject({ added: 1, changed: 1, unchanged: 0 });
    expect(await lines()).toEqual([
      { order_id: '1', line_number: 1, product_id: 'B2', quantity: 3, price: 5 },
      { order_id: '2', line_number: 1, product_id: 'A1', quantity: 1, price: 9 },
      { order_id: '3', line_number: 1, product_id: 'C3', quantity: 1, price: 7 },
    ]);
    expect(
      await shop.query(
        'SELECT max(item_number) AS items, (SELECT max(customer_number) FROM customers) AS customers FROM products',
      ),
    ).toEqual([{ items: 3, customers: 3 }]);
  });

  it('keeps cancelled and returned orders, and returned lines of completed ones, apart from sales', async () => {
    const file = await shop.write(
      'orders.csv',
      'order_id,date,customer,sku,qty,price,status\nC7,2025-01-02,ann,A1,-2,9,\n8,2025-01-02,ann,A1,-1,9,\n9,2025-01-02,ann,A1,1,9,Canceled\n10,2025-01-02,ann,A1,1,9,delivered\n10,2025-01-02,ann,B2,2,5,refunded\n11,2025-01-02,ann,A1,1,9,quux\n',
    );
    const summary = await shop.ingest({ orders: file });
    expect(summary.orders).toMatchObject({ cancelled: 2, returned: 1 });
    expect(summary.lines.sales).toBe(2);
    expect(summary.notes.join()).toContain('"quux" (1 lines)');
    expect(
      await shop.query('SELECT order_id, status FROM orders ORDER BY length(order_id), order_id'),
    ).toEqual(
      [
        { order_id: '8', status: 'returned' },
        { order_id: '9', status: 'cancelled' },
        { order_id: '10', status: 'completed' },
        { order_id: '11', status: 'completed' },
        { order_id: 'C7', status: 'cancelled' },
      ].toSorted((a, b) => a.order_id.length - b.order_id.length || (a.order_id < b.order_id ? -1 : 1)),
    );
    expect(
      (await lines()).filter(({ order_id }) => order_id === '10').map(({ quantity }) => quantity),
    ).toEqual([1, -2]);
  });

  it('reads gzip by its bytes, semicolons, decimal commas and mapped columns', async () => {
    const mapping = await shop.write(
      'mapping.json',
      JSON.stringify({
        columns: { order_id: 'Beleg', product_id: 'Artikel', ordered_at: 'am', province: 'Land' },
        defaults: { currency: 'eur' },
      }),
    );
    const file = await shop.write(
      'orders.dat',
      gzipSync('Beleg;am;Artikel;Menge;Preis;Land\n1;02.01.2025;A1;2;"2,55";DE\n'),
    );
    await shop.ingest({ orders: file, mapping });
    expect(await shop.query('SELECT province, ordered_at FROM orders')).toEqual([
      { province: 'DE', ordered_at: new Date('2025-01-02T00:00:00Z') },
    ]);
    expect(await shop.query('SELECT price::float8, currency FROM products')).toEqual([
      { price: 2.55, currency: 'EUR' },
    ]);
  });

  it('takes the country for the province when there is no other, and says so', async () => {
    const file = await shop.write('orders.csv', 'order_id,date,sku,country\n1,2025-01-02,A1,France\n');
    const summary = await shop.ingest({ orders: file });
    expect(summary.notes).toContain('No province column: the country serves as province.');
    expect(await shop.query('SELECT province FROM orders')).toEqual([{ province: 'France' }]);
  });

  it('keeps since when a customer agreed to be written to, and tells of phones that nobody can read', async () => {
    const summary = await shop.ingest({
      customers: await shop.write(
        'c.csv',
        'customer_id,phone,newsletter,consent_updated_at\n1,ring 84273 twice,yes,2024-05-06T07:08:09Z\n2,,no,\n',
      ),
    });
    expect(summary.notes.join()).toContain('1 phone numbers could not be read');
    expect(
      await shop.query(
        'SELECT source_id, marketing_consent, marketing_consent_at FROM customer_alias ORDER BY 1',
      ),
    ).toEqual([
      { source_id: '1', marketing_consent: true, marketing_consent_at: new Date('2024-05-06T07:08:09Z') },
      { source_id: '2', marketing_consent: false, marketing_consent_at: expect.any(Date) },
    ]);
  });

  it('finds out the order of day and month, or asks', async () => {
    const header = 'order_id,date,sku\n';
    await expect(
      shop.ingest({ orders: await shop.write('a.csv', `${header}1,03/04/2025,A1\n`) }),
    ).rejects.toMatchObject({ code: 'ambiguous_dates' });
    await shop.ingest({ orders: await shop.write('a.csv', `${header}1,03/04/2025,A1\n2,13/04/2025,A1\n`) });
    expect(await shop.query('SELECT min(ordered_at) AS day FROM orders')).toEqual([
      { day: new Date('2025-04-03T00:00:00Z') },
    ]);
  });

  it('keeps orders apart that two sources number alike, and counts one that both tell once', async () => {
    await shop.ingest({
      orders: await orders('1,2025-01-02,ann,A1,Lamp,1,9,,\n2,2025-01-02,bob,A1,Lamp,1,9,,\n'),
      source: 'till',
    });
    const summary = await shop.ingest({
      orders: await orders('1,2025-01-05,eve,X9,Rug,1,3,,\n2,2025-01-02,bob,A1,Lamp,1,9,,\n'),
      source: 'web',
      sameCustomerIdsAs: 'till',
    });
    expect(summary.orders).toMatchObject({ added: 2, doubles: 1, unchanged: 0 });
    expect(summary.notes.join()).toContain('1 orders are told by two sources and count once');
    expect(
      await shop.query('SELECT order_id, source, status, told_status FROM orders ORDER BY order_id, source'),
    ).toEqual([
      { order_id: '1', source: 'till', status: 'completed', told_status: null },
      { order_id: '1', source: 'web', status: 'completed', told_status: null },
      { order_id: '2', source: 'till', status: 'completed', told_status: null },
      { order_id: '2', source: 'web', status: 'double', told_status: 'completed' },
    ]);
    const more = { orders: await orders('3,2025-01-06,ann,A1,Lamp,1,9,,\n'), source: 'web' };
    await expect(shop.ingest({ ...more, ownProductIds: true })).rejects.toMatchObject({
      code: 'ids_loaded_otherwise',
    });
    // Not said again, it is as it was.
    await shop.ingest(more);
    expect(await shop.query(`SELECT unified_customer_id AS who FROM orders WHERE order_id = '3'`)).toEqual([
      { who: 'ann' },
    ]);
  });

  it('follows aliases of the source to the customer and product they stand for', async () => {
    await shop.query(
      `INSERT INTO customer_alias VALUES ('web', 'w-1', 'ann'); INSERT INTO product_alias VALUES ('web', 'p-1', '', 'A1')`,
    );
    await shop.ingest({ orders: await orders('1,2025-01-02,w-1,p-1,Lamp,1,9,,\n'), source: 'web' });
    expect(await shop.query('SELECT unified_customer_id, product_id FROM order_lines')).toEqual([
      { unified_customer_id: 'ann', product_id: 'A1' },
    ]);
  });
});

describe('bad rows', () => {
  it('are written down, masked, with line and reason, and every line is accounted for', async () => {
    const header = 'order_id,date,customer_id,customer_name,email,sku,qty,price,note\n';
    const rows = [
      '1,2025-01-02,c1,Jane Doe,j@x.org,A1,1,9,',
      ',2025-01-02,c1,Jane Doe,j@x.org,A1,1,9,',
      '2,2025-01-02,c1,Jane Doe,j@x.org,,1,9,',
      '3,soon,c1,Jane Doe,j@x.org,A1,1,9,',
      '4,2031-01-02,c1,Jane Doe,j@x.org,A1,1,9,',
      '5,2025-01-02,c1,Jane Doe,j@x.org,A1,six,9,',
      '6,2025-01-02,c1,Jane Doe,j@x.org,A1,1,free,call +1 416 555 0199',
      '7,2025-01-02,c1,Jane Doe,j@x.org,A1,1,-9,',
      `${'x'.repeat(257)},2025-01-02,c1,Jane Doe,j@x.org,A1,1,9,`,
      '8,2025-01-02,c1,Jane Doe,A1,1,9',
      '9,2025-01-02,,Jane Doe,j@x.org,A1,1,0,',
      '10,2025-01-02,c1,"Jane Doe,j@x.org,A1,1,9,',
      '11,2025-01-02,c1,Jane\u0007 Doe,j@x.org,A1,1,9,',
    ];
    const bytes = Buffer.concat([
      Buffer.from(`${header}${rows.join('\n')}\n12,2025-01-02,c1,J`),
      Buffer.from([0xe9]),
      Buffer.from(',j@x.org,A1,1,9,\n'),
    ]);
    const rejects = shop.path('rejects.csv');
    await writeFile(rejects, 'old', { mode: 0o666 });
    const summary = await shop.ingest({ orders: await shop.write('orders.csv', bytes), rejects });
    expect(summary.lines).toEqual({ read: 14, accepted: 1, guest: 1, rejected: 12, sales: 2 });
    expect(summary.rejectedByReason).toEqual({
      missing_order_id: 1,
      missing_product_id: 1,
      unreadable_date: 1,
      impossible_date: 1,
      unreadable_quantity: 1,
      unreadable_price: 1,
      negative_price: 1,
      id_too_long: 1,
      wrong_number_of_columns: 1,
      unbalanced_quotes: 1,
      unreadable_characters: 2,
    });
    const text = await readFile(rejects, 'utf8');
    expect(text).not.toMatch(/jane|x\.org|555/i);
    expect(text.split('\n')[1]).toBe('orders.csv,3,no order id,",2025-01-02,c1,***,***,A1,1,9,"');
    expect((await stat(rejects)).mode & 0o777).toBe(0o600);
  });

  it('that are all there is stop the load', async () => {
    await expect(shop.ingest({ orders: await orders('1,never,ann,A1,Lamp,1,9,,\n') })).rejects.toMatchObject({
      code: 'nothing_usable',
    });
  });
});

describe('an unusual file', () => {
  it('whose lines end in CR alone, as an old Mac writes them, is read whole', async () => {
    const text = `${HEADER}1,2025-01-02,ann,A1,Lamp,1,9,,\n2,2025-01-02,bob,A1,Lamp,1,9,,\n`.replaceAll(
      '\n',
      '\r',
    );
    const summary = await shop.ingest({ orders: await shop.write('mac.csv', text) });
    expect([summary.lines.read, summary.orders.added]).toEqual([2, 2]);
  });

  it.each([
    ['columns alone', undefined],
    ['paths into a column', { columns: { quantity: ['n', 'unit'] } }],
  ])('that names a column twice is read by the first, and it is told: %s', async (_, mapping) => {
    const text = 'order_id,date,sku,customer_id,n,unit,Price,price\n1,2025-01-02,A1,ann,3,,9,8\n';
    const named = mapping === undefined ? undefined : await shop.write('m.json', JSON.stringify(mapping));
    const orders = await shop.write('twice.csv', text);
    const summary = await shop.ingest({ orders, ...(named === undefined ? {} : { mapping: named }) });
    expect(summary.notes.join()).toContain('names the column "Price" more than once: the first was read');
    expect(await shop.query('SELECT price::float8 FROM order_items')).toEqual([{ price: 9 }]);
  });
});
