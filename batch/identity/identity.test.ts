import fc from 'fast-check';
import type { Pool, PoolClient } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { createPool, inTransaction } from '../db/pool.ts';
import { mergeStaged } from '../ingest/mergeStaged.ts';
import type { CustomerRecord, OrderLine, ProductRecord } from '../ingest/records.ts';
import { createStage } from '../ingest/stage.ts';
import { unloadSource } from '../sync/unloadSource.ts';
import { createIdentityRules } from './identityRules.ts';
import { listSharedContacts } from './reportSharedContacts.ts';
import { type IdSharing, recordIdSharing } from './sourceIds.ts';
import { listMerges, undoMerge } from './undoMerge.ts';

const TABLES = [
  ...['products', 'customers', 'orders', 'order_items', 'product_alias', 'customer_alias'],
  ...['customer_merges', 'shared_contacts', 'order_doubles', 'sync_state', 'source_ids'],
];

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url);
  await pool.query(WHO);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(() => empty());
const empty = () => pool.query(`TRUNCATE ${TABLES.join(', ')} RESTART IDENTITY`);

const rulesOf = (junk: readonly string[] = []) =>
  createIdentityRules({
    identity: { idHashKey: 'ab'.repeat(32) },
    matching: { phoneCountry: 'PK', sharedLimit: 3, junk: [...junk] },
  });

type Customer = Partial<CustomerRecord> & Pick<CustomerRecord, 'customer_id'>;
interface Order extends Partial<Omit<OrderLine, 'product_id'>> {
  readonly order_id: string;
  readonly items?: readonly string[];
}
interface Batch {
  readonly source: string;
  readonly products?: readonly ProductRecord[];
  readonly customers?: readonly Customer[];
  readonly orders?: readonly Order[];
}

const DAY = Date.UTC(2025, 0, 2);
const NOBODY = { customer_name: null, email: null, phone: null, province: null, city: null };

/** What an ingest or a page of a sync does. */
function load({ source, products = [], customers = [], orders = [] }: Batch, rules = rulesOf()) {
  return inTransaction(pool, async (client: PoolClient) => {
    const stage = await createStage(client, rules.contacts);
    for (const product of products) stage.addProduct(product, 1);
    for (const customer of customers)
      stage.addCustomer(
        { ...NOBODY, marketing_consent: null, marketing_consent_at: null, deleted: false, ...customer },
        1,
      );
    for (const { items = ['A1'], ...order } of orders)
      for (const product_id of items)
        stage.addOrderLine(
          {
            ...NOBODY,
            ...{ ordered_at: DAY, customer_id: null, product_id, product_name: null, quantity: 1, price: 1 },
            ...{ status: 'completed', currency: null, category_path: [], reference: null, updated_at: null },
            ...order,
          },
          1,
        );
    await stage.finish();
    const decisions = { listed: [], unlisted: [] };
    return await mergeStaged(client, { source, listCertain: true, decisions, identity: rules });
  });
}

const unload = (source: string) => inTransaction(pool, (client) => unloadSource(client, source, rulesOf()));

const query = async (sql: string) => (await pool.query<Record<string, unknown>>(sql)).rows;
/** Who each id of each source is. */
const people = async () =>
  Object.fromEntries(
    (
      await query(`SELECT source || ':' || source_id AS id, unified_customer_id AS who FROM customer_alias`)
    ).map(({ id, who }) => [id, who]),
  );
const ownerOf = async (order: string) =>
  (await query(`SELECT unified_customer_id AS who FROM orders WHERE order_id = '${order}'`))[0]?.['who'];

describe('customers who share an e-mail or a phone', () => {
  const erp: Batch = {
    source: 'erp',
    customers: [{ customer_id: '17', email: 'Ann@Mail.pk', phone: '0300 1234568', city: 'Multan' }],
    orders: [{ order_id: 'e1', customer_id: '17', ordered_at: DAY }],
  };
  const shop: Batch = {
    source: 'shop',
    orders: [
      { order_id: 's1', customer_id: '700001', email: 'ann@mail.pk', city: 'Lahore', items: ['B2'] },
      { order_id: 's2', customer_id: '700002', phone: '+923001234568', items: ['C3'], ordered_at: DAY + 5 },
    ],
  };

  test('are one, with all their orders, and every id they had leads to them', async () => {
    await load(shop);
    const { merges } = await load(erp);
    expect(merges).toEqual({ made: 2, ended: 0 });
    expect(await people()).toEqual({ 'erp:17': '17', 'shop:700001': '17', 'shop:700002': '17' });
    expect(await query('SELECT DISTINCT unified_customer_id AS who FROM orders')).toEqual([{ who: '17' }]);
    expect(
      await query(
        'SELECT unified_customer_id AS id, merged_into, city FROM customers ORDER BY length(unified_customer_id), 1',
      ),
    ).toEqual([
      { id: '17', merged_into: null, city: 'Lahore' },
      { id: '700001', merged_into: '17', city: null },
      { id: '700002', merged_into: '17', city: null },
    ]);
    const text = JSON.stringify([
      await query('SELECT * FROM customers'),
      await query('SELECT * FROM customer_alias'),
    ]);
    expect(text).not.toMatch(/ann@mail|3001234568/i);
    // What comes later of a merged-away id is theirs too.
    await load({ source: 'shop', orders: [{ order_id: 's3', customer_id: '700002' }] });
    expect(await ownerOf('s3')).toBe('17');
  });

  test('come apart when the merge is undone, for good by this rule, not by another', async () => {
    await load(erp);
    await load(shop);
    const merge = (
      await inTransaction(pool, (client) => listMerges(client, { customer: '700002', limit: 9 }))
    )[0];
    expect(merge).toMatchObject({ kind: 'phone', from_id: '700002', into_id: '17', ended_why: null });
    await inTransaction(pool, (client) => undoMerge(client, merge?.merge_id ?? 0));
    expect(await people()).toEqual({ 'erp:17': '17', 'shop:700001': '17', 'shop:700002': '700002' });
    expect([await ownerOf('s1'), await ownerOf('s2')]).toEqual(['17', '700002']);
    await load(erp);
    await load(shop);
    await load({ source: 'till', customers: [{ customer_id: '800', phone: '0300-1234568' }] });
    expect((await people())['shop:700002']).toBe('700002');
    await load({ source: 'shop', customers: [{ customer_id: '700002', email: 'ann@mail.pk' }] });
    expect((await people())['shop:700002']).toBe('17');
    await expect(inTransaction(pool, (client) => undoMerge(client, 999))).rejects.toMatchObject({
      code: 'merge_unknown',
    });
  });

  test('come apart when one of them changes it, or when more than three have it', async () => {
    await load(erp);
    await load(shop);
    await load({ source: 'shop', customers: [{ customer_id: '700001', email: 'other@mail.pk' }] });
    expect((await people())['shop:700001']).toBe('700001');
    const family = ['1', '2', '3'].map((customer_id) => ({ customer_id, phone: '0300 1234568' }));
    await load({ source: 'till', customers: family.slice(0, 1) });
    expect((await people())['till:1']).toBe('1');
    expect((await people())['erp:17']).toBe('1');
    const { merges } = await load({ source: 'till', customers: family });
    expect(merges.ended).toBeGreaterThan(0);
    expect(new Set(Object.values(await people())).size).toBe(6);
    expect(
      await query(
        `SELECT DISTINCT ended_why FROM customer_merges WHERE kind = 'phone' AND into_id IN ('1', '2')`,
      ),
    ).toEqual([{ ended_why: 'shared' }]);
    expect(await listSharedContacts(pool)).toEqual([
      expect.objectContaining({ kind: 'phone', reason: 'shared', masked: '+923•••••68', customers: 5 }),
    ]);
  });

  test('are not one by a dummy, built in or listed, as long as it is one', async () => {
    const both = ['1', '2'].map((customer_id) => ({
      ...{ customer_id, phone: '0300 0000000', email: 'sales@myshop.pk' },
    }));
    await load({ source: 'till', customers: both }, rulesOf(['@myshop.pk']));
    expect(await people()).toEqual({ 'till:1': '1', 'till:2': '2' });
    const found = await listSharedContacts(pool);
    expect(found.map(({ masked, reason, customers }) => [masked, reason, customers])).toEqual([
      ['+923•••••00', 'junk', 2],
      ['s•••@myshop.pk', 'junk', 2],
    ]);
    await load({ source: 'till', customers: both });
    expect(await people()).toEqual({ 'till:1': '1', 'till:2': '1' });
    await load({ source: 'till', customers: both }, rulesOf(['sales@myshop.pk']));
    expect(await people()).toEqual({ 'till:1': '1', 'till:2': '2' });
  });

  test('keep the latest word of any of their systems on being written to', async () => {
    await load(erp);
    const agreed = { customer_id: '17', marketing_consent: true };
    expect((await load({ source: 'erp', customers: [agreed] })).customers).toEqual({ added: 0, changed: 1 });
    expect((await load({ source: 'erp', customers: [agreed] })).customers).toEqual({ added: 0, changed: 0 });
    const moved = { ...agreed, customer_name: 'Ann', phone: '0300 1234567' };
    expect((await load({ source: 'erp', customers: [moved] })).customers).toEqual({ added: 0, changed: 1 });
    await load({
      source: 'shop',
      customers: [{ customer_id: '700001', email: 'ann@mail.pk', marketing_consent: false }],
    });
    expect(
      await query(
        'SELECT unified_customer_id AS id, marketing_consent, source FROM customer_marketing_consent',
      ),
    ).toEqual([{ id: '17', marketing_consent: false, source: 'shop' }]);
    // What is said later may be older news.
    await load({
      source: 'shop',
      customers: [{ customer_id: '700001', marketing_consent: true, marketing_consent_at: DAY }],
    });
    await load({
      source: 'till',
      customers: [
        { customer_id: '8', email: 'ann@mail.pk', marketing_consent: false, marketing_consent_at: DAY - 5 },
      ],
    });
    await load({
      source: 'erp',
      customers: [{ customer_id: '17', marketing_consent_at: DAY - 9, marketing_consent: false }],
    });
    expect(await query('SELECT marketing_consent, source FROM customer_marketing_consent')).toEqual([
      { marketing_consent: true, source: 'shop' },
    ]);
    await load({ source: 'shop', customers: [{ customer_id: '700001', deleted: true }] });
    expect((await people())['shop:700001']).toBe('700001');
    expect(await query(`SELECT email_hash FROM customer_alias WHERE source_id = '700001'`)).toEqual([
      { email_hash: null },
    ]);
  });
});

describe('an order that two sources tell', () => {
  const statuses = async () =>
    Object.fromEntries(
      (await query('SELECT order_id, status FROM orders')).map((row) => [row['order_id'], row['status']]),
    );

  test('counts once; the later word of either source is followed, and both count when they no longer agree', async () => {
    const web: Order = {
      order_id: '5001',
      customer_id: '7',
      reference: '#1001',
      updated_at: 1,
      items: ['A1', 'B2'],
    };
    const erp: Order = {
      order_id: 'E1',
      customer_id: '9',
      reference: '1001',
      updated_at: 2,
      items: ['A1', 'B2'],
    };
    await load({ source: 'web', orders: [web] });
    expect((await load({ source: 'erp', orders: [erp] })).doubles).toEqual({
      by_reference: 1,
      by_lines: 0,
      released: 0,
    });
    expect(await statuses()).toEqual({ '5001': 'double', E1: 'completed' });
    await load({ source: 'web', orders: [{ ...web, updated_at: 3, items: ['A1'] }] });
    expect(await statuses()).toEqual({ '5001': 'completed', E1: 'double' });
    // An older page comes again: nothing goes back.
    await load({ source: 'web', orders: [web] });
    expect(await query(`SELECT count(*)::int AS n FROM order_lines WHERE order_id = '5001'`)).toEqual([
      { n: 1 },
    ]);
    await load({ source: 'erp', orders: [{ ...erp, status: 'cancelled', updated_at: 2.5 }] });
    expect(await statuses()).toEqual({ '5001': 'double', E1: 'cancelled' });
    expect(await query('SELECT rule FROM order_doubles')).toEqual([{ rule: 'reference' }]);
    const { doubles } = await load({ source: 'erp', orders: [{ ...erp, reference: null, updated_at: 4 }] });
    expect(doubles.released).toBe(1);
    expect(await statuses()).toEqual({ '5001': 'completed', E1: 'completed' });
    expect(await query('SELECT * FROM order_doubles')).toEqual([]);
  });

  test('is found by its goods once both customers are known to be one', async () => {
    const phone = '0300 1234568';
    await load({ source: 'erp', orders: [{ order_id: 'E1', customer_id: '9', phone }] });
    await load({ source: 'web', orders: [{ order_id: '5001', customer_id: '7' }] });
    expect(await statuses()).toEqual({ '5001': 'completed', E1: 'completed' });
    const { doubles } = await load({ source: 'web', customers: [{ customer_id: '7', phone }] });
    expect(doubles.by_lines).toBe(1);
    expect(await statuses()).toEqual({ '5001': 'double', E1: 'completed' });
    const [merge] = await inTransaction(pool, (client) => listMerges(client, { customer: null, limit: 1 }));
    await inTransaction(pool, (client) => undoMerge(client, merge?.merge_id ?? 0));
    expect(await statuses()).toEqual({ '5001': 'completed', E1: 'completed' });
  });
});

/** All that may not depend on what came first; numbers given in passing are left out. */
const CONTENT = [
  `SELECT source, source_id, who(unified_customer_id), who(merged_from) AS was, email_hash, phone_hash
   FROM customer_alias ORDER BY 1, 2`,
  'SELECT who(unified_customer_id), who(merged_into) AS into, province, city FROM customers ORDER BY 1',
  `SELECT o.source, o.order_id, who(o.unified_customer_id), o.status, o.told_status, o.source_updated_at,
          (SELECT array_agg(p.product_id ORDER BY p.product_id) FROM order_items i JOIN products p USING (item_number)
           WHERE i.order_number = o.order_number) AS items
   FROM orders o ORDER BY 1, 2`,
  `SELECT o.source, o.order_id, c.source AS by, c.order_id AS counted, d.rule FROM order_doubles d
   JOIN orders o USING (order_number) JOIN orders c ON c.order_number = d.counted_order_number ORDER BY 1, 2`,
  'SELECT kind, value_hash, reason FROM shared_contacts ORDER BY 1, 2',
  'SELECT kind, value_hash, who(from_id), who(into_id) AS into FROM customer_merges WHERE ended_at IS NULL ORDER BY 1, 2, 3, 4',
];
/** A customer by the ids that sources gave them: who bears an id bare that several have depends on who came first. */
const WHO = `
  CREATE FUNCTION who(id text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT min(source || '/' || source_id COLLATE "C") FROM customer_alias
    WHERE coalesce(merged_from, unified_customer_id) = id $$`;
const content = async () => JSON.stringify(await Promise.all(CONTENT.map(query)), null, 1);

const source = fc.constantFrom('erp', 'shop', 'till');
/** Few addresses, so that they are shared; one of them a dummy. */
const contact = {
  email: fc.option(fc.constantFrom('a@x.pk', 'b@x.pk', 'noemail@x.pk')),
  phone: fc.option(fc.constantFrom('0300 1234568', '0300 1234569', '0000000')),
};
const customer = fc.record({ customer_id: fc.constantFrom('1', '2', '30', '31'), ...contact });
const order = fc.record({
  order_id: fc.constantFrom('1', '2', 'x1', '#2'),
  customer_id: fc.option(fc.constantFrom('1', '2', '30', '31')),
  reference: fc.option(fc.constantFrom('1', '#2', 'x1')),
  status: fc.constantFrom('completed' as const, 'completed' as const, 'cancelled' as const),
  updated_at: fc.option(fc.constantFrom(DAY, DAY + 1000)),
  city: fc.option(fc.constantFrom('Lahore', 'Multan')),
  items: fc.constantFrom(['A1'], ['A1', 'B2']),
});
/** What every source ends up telling: each of its orders and customers once. */
const told = fc.record({
  customers: fc.uniqueArray(fc.tuple(source, customer), {
    selector: ([name, one]) => `${name}/${one.customer_id}`,
    maxLength: 5,
  }),
  orders: fc.uniqueArray(fc.tuple(source, order), {
    selector: ([name, one]) => `${name}/${one.order_id}`,
    maxLength: 5,
  }),
});
const histories = told.chain(({ customers, orders }) => {
  const batches: Batch[] = [
    ...customers.map(([name, one]) => ({ source: name, customers: [one] })),
    ...orders.map(([name, one]) => ({ source: name, orders: [one] })),
  ];
  return fc.record({
    batches: fc.constant(batches),
    // After a crash pages are read again: some come twice.
    other: fc.shuffledSubarray([...batches, ...batches.slice(0, 3)], {
      minLength: batches.length + Math.min(3, batches.length),
    }),
  });
});

describe('an id that two sources use', () => {
  const share = (source: string, sharing: IdSharing) =>
    inTransaction(pool, (client) => recordIdSharing(client, source, sharing));

  test('names two customers, each with their own orders, unless one uses the ids of the other', async () => {
    await share('till', { customersOf: 'erp', ownProducts: false });
    const orders = (order_id: string) => [{ order_id, customer_id: '7' }];
    expect((await load({ source: 'erp', orders: orders('e1') })).clashes.customers).toBe(0);
    expect((await load({ source: 'web', orders: orders('w1') })).clashes.customers).toBe(1);
    expect((await load({ source: 'till', orders: orders('t1') })).clashes.customers).toBe(0);
    expect((await load({ source: 'web', orders: orders('w2') })).clashes.customers).toBe(0);
    expect(await people()).toEqual({ 'erp:7': '7', 'web:7': 'web:7', 'till:7': '7' });
    expect(await query('SELECT order_id, unified_customer_id AS who FROM orders ORDER BY 1')).toEqual([
      { order_id: 'e1', who: '7' },
      { order_id: 't1', who: '7' },
      { order_id: 'w1', who: 'web:7' },
      { order_id: 'w2', who: 'web:7' },
    ]);
  });

  test('cannot come to mean something else while what it meant is loaded; unloaded and loaded anew it does', async () => {
    const own = { customersOf: null, ownProducts: false };
    const order = (order_id: string, items: string[]) => [{ order_id, customer_id: '7', items }];
    const loadTill = () => load({ source: 'till', orders: order('t1', ['A1', 'T9']) });
    await load({ source: 'erp', orders: order('e1', ['A1']) });
    await share('till', own);
    await loadTill();
    await share('till', own);
    for (const other of [
      { customersOf: 'erp', ownProducts: false },
      { customersOf: null, ownProducts: true },
    ])
      await expect(share('till', other)).rejects.toMatchObject({
        code: 'ids_loaded_otherwise',
        remedy: expect.stringContaining('batch unload --source till'),
      });
    expect(await people()).toEqual({ 'erp:7': '7', 'till:7': 'till:7' });
    await unload('till');
    expect(await query('SELECT product_id, available FROM products ORDER BY 1')).toEqual([
      { product_id: 'A1', available: true },
      { product_id: 'T9', available: false },
    ]);
    await share('till', { customersOf: 'erp', ownProducts: true });
    await loadTill();
    expect(await people()).toEqual({ 'erp:7': '7', 'till:7': '7' });
    expect(await query('SELECT unified_customer_id AS id FROM customers')).toEqual([{ id: '7' }]);
    expect(await query('SELECT product_id, available FROM products ORDER BY 1')).toEqual([
      { product_id: 'A1', available: true },
      { product_id: 'T9', available: true },
      { product_id: 'till:A1', available: true },
    ]);
  });

  test('never joins a customer to one who happens to bear the made name', async () => {
    await load({ source: 'erp', customers: [{ customer_id: '7' }, { customer_id: 'web:7' }] });
    await load({ source: 'web', customers: [{ customer_id: '7' }] });
    expect(await people()).toEqual({ 'erp:7': '7', 'erp:web:7': 'web:7', 'web:7': 'web::7' });
  });

  test('names one product, unless one of the sources has a range of its own', async () => {
    await share('pet', { customersOf: null, ownProducts: true });
    await load({ source: 'erp', orders: [{ order_id: 'e1', items: ['A1'] }] });
    const web = await load({ source: 'web', orders: [{ order_id: 'w1', items: ['A1'] }] });
    expect(web.clashes).toEqual({ customers: 0, products: 0, joined: 1 });
    const { clashes } = await load({ source: 'pet', orders: [{ order_id: 'p1', items: ['A1', 'P9'] }] });
    expect(clashes).toEqual({ customers: 0, products: 1, joined: 0 });
    // What the range of its own had first is not the others' either.
    await load({ source: 'web', orders: [{ order_id: 'w2', items: ['P9'] }] });
    expect(await query('SELECT order_id, product_id FROM order_lines ORDER BY 1, 2')).toEqual([
      { order_id: 'e1', product_id: 'A1' },
      { order_id: 'p1', product_id: 'P9' },
      { order_id: 'p1', product_id: 'pet:A1' },
      { order_id: 'w1', product_id: 'A1' },
      { order_id: 'w2', product_id: 'web:P9' },
    ]);
  });
});

test('whatever comes first, and however often, the shop ends up the same, as if all had come at once; so without a source', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ batches, other }) => {
      await empty();
      let withoutTill = '';
      for (const name of ['erp', 'shop', 'till']) {
        if (name === 'till') withoutTill = await content();
        const own = batches.filter((batch) => batch.source === name);
        await load({
          source: name,
          customers: own.flatMap((batch) => batch.customers ?? []),
          orders: own.flatMap((batch) => batch.orders ?? []),
        });
      }
      const atOnce = await content();
      await empty();
      for (const batch of other) await load(batch);
      expect(await content()).toBe(atOnce);
      await unload('till');
      expect(await content()).toBe(withoutTill);
    }),
    { numRuns: 3 },
  );
});

describe('a product that two sources sell', () => {
  const mattress = {
    ...{
      product_id: '8001',
      product_name: 'Mattress',
      url: null,
      handle: 'mattress',
      variant_id: null,
      price: 9,
    },
    ...{
      currency: null,
      category_path: [],
      image_url: null,
      available: true,
      created_at: null,
      deleted: false,
    },
    variants: [
      { variant_id: '9001', sku: 'MAT-90', price: 9, available: true },
      { variant_id: '9002', sku: 'MAT-140', price: 9, available: true },
    ],
  };
  const products = async () =>
    (await query('SELECT product_id, available FROM products ORDER BY 1')).map((row) => Object.values(row));
  const sold = async () =>
    (await query('SELECT order_id, product_id FROM order_lines ORDER BY 1')).map((row) => Object.values(row));

  test('is one by the article numbers of its variants, whichever id a line names, until it is deleted', async () => {
    await load({ source: 'shop', products: [mattress] });
    await load({ source: 'shop', orders: [{ order_id: 's1', items: ['9002'] }] });
    await load({ source: 'erp', orders: [{ order_id: 'e1', items: ['MAT-140'] }] });
    expect(await sold()).toEqual([
      ['e1', '8001'],
      ['s1', '8001'],
    ]);
    await load({ source: 'shop', products: [{ ...mattress, variants: [], available: null, deleted: true }] });
    expect(await products()).toEqual([['8001', false]]);
  });

  test('keeps the id of the source that came first', async () => {
    await load({ source: 'erp', orders: [{ order_id: 'e1', items: ['MAT-140'] }] });
    await load({ source: 'shop', products: [mattress] });
    await load({ source: 'shop', orders: [{ order_id: 's1', items: ['8001'] }] });
    expect(await sold()).toEqual([
      ['e1', 'MAT-140'],
      ['s1', 'MAT-140'],
    ]);
  });
});
