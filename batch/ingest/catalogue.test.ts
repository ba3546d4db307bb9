import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { type IngestFixture, openIngestFixture } from './ingestFixture.ts';

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

const HEADER = 'order_id,date,customer_id,sku,description,qty,price\n';
const orders = (lines: string) => shop.write('orders.csv', HEADER + lines);
const product = (id: string) =>
  shop.query(`SELECT * FROM products WHERE product_id = '${id}'`).then(([row]) => row);
const recommendable = async () =>
  (await shop.query('SELECT product_id FROM products WHERE recommendable ORDER BY 1')).map(
    ({ product_id }) => product_id,
  );

describe('products', () => {
  it('known from orders take the most frequent name and the latest sale price', async () => {
    await shop.ingest({
      orders: await orders(
        '1,2025-01-01,c,A1,Lamp,1,9\n2,2025-03-01,c,A1,damaged,-1,1\n3,2025-02-01,c,A1,Lamp,1,11\n4,2025-04-01,c,A1,,1,0\n',
      ),
    });
    expect(await product('A1')).toMatchObject({
      product_name: 'Lamp',
      price: '11.00',
      url: null,
      available: true,
    });
  });

  it('follow newer orders, not older ones that come late', async () => {
    await shop.ingest({ orders: await orders('1,2025-02-01,c,A1,Lamp,1,9\n') });
    await shop.ingest({ orders: await orders('2,2025-03-01,c,A1,Desk lamp,1,12\n') });
    expect(await product('A1')).toMatchObject({ product_name: 'Desk lamp', price: '12.00' });
    await shop.ingest({ orders: await orders('3,2025-01-01,c,A1,Old lamp,1,5\n') });
    expect(await product('A1')).toMatchObject({ product_name: 'Desk lamp', price: '12.00' });
  });

  it('take everything from a products file, which orders do not overrule', async () => {
    const products = await shop.write(
      'products.csv',
      'id,title,url,handle,variant,price,currency,category,image,stock,created_at\nA1,Reading lamp,https://shop.example/lamp,lamp,v1,19.90,cad,Light > Lamps > Reading,https://shop.example/l.svg,0,2024-05-06\nB2,Desk,javascript:alert(1),,,5,,Office/Desks,,yes,\n',
    );
    const file = await orders('1,2025-01-01,c,A1,lmp,1,9\n');
    await shop.ingest({ orders: file, products });
    await shop.ingest({ orders: await orders('2,2025-05-01,c,A1,lmp 2,1,8\n') });
    expect(await product('A1')).toMatchObject({
      product_name: 'Reading lamp',
      url: 'https://shop.example/lamp',
      handle: 'lamp',
      default_variant_id: 'v1',
      price: '19.90',
      currency: 'CAD',
      category_path: ['Light', 'Lamps', 'Reading'],
      available: false,
      created_at: new Date('2024-05-06T00:00:00Z'),
    });
    expect(await product('B2')).toMatchObject({
      url: null,
      category_path: ['Office', 'Desks'],
      available: true,
    });
    expect(
      await shop.query("SELECT variant_id FROM product_alias WHERE source_id = 'A1' ORDER BY 1"),
    ).toEqual([{ variant_id: '' }, { variant_id: 'v1' }]);
  });

  it('unchanged stay untouched when their file comes again', async () => {
    const products = await shop.write(
      'products.csv',
      'product_id,name,department,subcategory,aisle\nA1,Lamp,Light,Lamps,Desk\n',
    );
    const customers = await shop.write(
      'customers.csv',
      'customer_id,first_name,last_name,email,city\nc,Ann,Lee,a@x.org,Rome\n',
    );
    const input = { orders: await orders('1,2025-01-01,c,A1,Lamp,1,9\n'), products, customers };
    await shop.ingest(input);
    const before = await shop.footprint();
    const again = await shop.ingest(input);
    expect(await shop.footprint()).toBe(before);
    expect([again.products, again.customers]).toMatchObject([
      { added: 0, changed: 0, read: 1 },
      { added: 0, changed: 0, read: 1 },
    ]);
    expect(await product('A1')).toMatchObject({ category_path: ['Light', 'Lamps', 'Desk'] });
  });
});

describe('a products file and orders about the same products', () => {
  const orderFile = (lines: string) =>
    shop.write('o.csv', `order_id,date,customer_id,sku,description,qty,price,currency,category\n${lines}`);
  const catalogue = (lines: string) => shop.write('p.csv', `id,title,url,price,currency,category\n${lines}`);

  it('reject a price that is too large to be true, not the whole load', async () => {
    const products = await catalogue('A1,Lamp,,10000000000,,\nB2,Desk,,9999999999,,\n');
    const summary = await shop.ingest({ products });
    expect(summary.products).toMatchObject({ added: 1, read: 2, rejected: 1 });
    expect(summary.rejectedByReason).toEqual({ number_too_large: 1 });
  });

  it('keep category and currency of the products file', async () => {
    await shop.ingest({ products: await catalogue('A1,Lamp,/a,9,CAD,Light > Lamps\nB2,Desk,/b,9,,\n') });
    const lines = '1,2025-02-01,c,A1,lmp,1,9,USD,Misc\n2,2025-02-01,c,B2,dsk,1,9,USD,Misc\n';
    await shop.ingest({ orders: await orderFile(lines) });
    expect(await product('A1')).toMatchObject({ currency: 'CAD', category_path: ['Light', 'Lamps'] });
    expect(await product('B2')).toMatchObject({ currency: 'USD', category_path: ['Misc'] });
  });

  it('take no category or currency from orders older than those known', async () => {
    await shop.ingest({
      orders: await orderFile('1,2025-02-01,c,A1,Lamp,1,9,,\n2,2025-02-01,c,B2,Desk,1,9,EUR,Desks\n'),
    });
    await shop.ingest({
      orders: await orderFile('3,2025-01-01,c,A1,Lamp,1,9,USD,Misc\n4,2025-01-01,c,B2,Desk,1,9,USD,Misc\n'),
    });
    expect(await product('A1')).toMatchObject({ currency: null, category_path: [] });
    expect(await product('B2')).toMatchObject({ currency: 'EUR', category_path: ['Desks'] });
  });
});

describe('customers', () => {
  it('get their name from their file, hashes for contacts, and the place of their latest order', async () => {
    const customers = await shop.write(
      'customers.csv',
      'customer_id,customer_name,email,phone,province,city\nann,Ann Lee,a@x.org,0300 1234568,Ontario,Ottawa\nbob,Bob,,,Quebec,Laval\n',
    );
    await shop.ingest({
      orders: await shop.write(
        'o.csv',
        'order_id,date,customer_id,sku,city,state\n1,2025-02-01,ann,A1,Toronto,Ontario\n2,2025-01-01,ann,A1,Hull,Quebec\n',
      ),
      customers,
    });
    expect(
      await shop.query(
        'SELECT unified_customer_id, customer_name, length(email_hash) AS email, length(phone_hash) AS phone, province, city FROM customers JOIN customer_alias USING (unified_customer_id) ORDER BY 1',
      ),
    ).toEqual([
      {
        unified_customer_id: 'ann',
        customer_name: 'Ann Lee',
        email: 16,
        phone: 16,
        province: 'Ontario',
        city: 'Toronto',
      },
      {
        unified_customer_id: 'bob',
        customer_name: 'Bob',
        email: null,
        phone: null,
        province: 'Quebec',
        city: 'Laval',
      },
    ]);
  });
});

describe('non-merchandise', () => {
  const file = () =>
    orders('1,2025-01-01,c,A1,Lamp,1,9\n1,2025-01-01,c,POST,POSTAGE,1,4\n1,2025-01-01,c,G7,Gift card,1,20\n');

  it('that is certain is listed when first seen; the rest is reported in a ready-made list', async () => {
    const suspects = shop.path('list.csv');
    const summary = await shop.ingest({ orders: await file(), suspects });
    expect(summary.lines.sales).toBe(2);
    expect(await recommendable()).toEqual(['A1', 'G7']);
    expect(summary.suspects.map((suspect) => [suspect.product_id, suspect.listed])).toEqual([
      ['POST', true],
      ['G7', false],
    ]);
    const text = await readFile(suspects, 'utf8');
    expect(text).toMatch(/^POST,POSTAGE,no,listed,1,/m);
    expect(text).toMatch(/^G7,Gift card,no,suspected,1,/m);
    await shop.ingest({ orders: await file(), notRecommendable: suspects });
    expect(await recommendable()).toEqual(['A1']);
  });

  it('stays as decided when a later ingest brings no list', async () => {
    const list = await shop.write('list.csv', 'product_id,recommendable\nPOST,yes\nA1,no\nNOPE,no\n');
    const decided = await shop.ingest({ orders: await file(), notRecommendable: list });
    expect(decided.notes.join()).toContain('1 ids of the not-recommendable list are no product here: NOPE');
    await shop.ingest({
      orders: await orders('2,2025-02-01,c,A1,Lamp,1,9\n2,2025-02-01,c,POST,Postage,1,9\n'),
    });
    expect(await recommendable()).toEqual(['G7', 'POST']);
  });

  it('can be a plain list of ids, and listing at once can be switched off', async () => {
    await shop.ingest({ orders: await file(), listCertain: false });
    expect(await recommendable()).toEqual(['A1', 'G7', 'POST']);
    await shop.ingest({ orders: await file(), notRecommendable: await shop.write('ids.txt', 'G7\nPOST\n') });
    expect(await recommendable()).toEqual(['A1']);
  });

  it("keeps a person's corrections of the list when it writes it anew", async () => {
    const suspects = await shop.write('list.csv', 'product_id,recommendable\nG7,yes\nOWN1,no\n');
    await shop.ingest({ orders: await file(), suspects });
    const text = await readFile(suspects, 'utf8');
    expect(text).toMatch(/^G7,Gift card,yes,/m);
    expect(text).toMatch(/^OWN1,,no,/m);
  });

  it('keeps a "yes" for a product that an ingest does not bring', async () => {
    const suspects = await shop.write('list.csv', 'product_id,recommendable\nG7,yes\n');
    await shop.ingest({ orders: await orders('1,2025-01-01,c,POST,POSTAGE,1,4\n'), suspects });
    const text = await readFile(suspects, 'utf8');
    expect(text).toMatch(/^G7,,yes,/m);
    expect(text).toMatch(/^POST,POSTAGE,no,listed/m);
  });
});
