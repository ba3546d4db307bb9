import type { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { createPool, inTransaction } from '../db/pool.ts';
import { erasedReturns } from '../doctor/customerLooks.ts';
import { createContactReader } from '../identity/contactReader.ts';
import { listMerges, undoMerge } from '../identity/undoMerge.ts';
import { type IngestFixture, openIngestFixture } from '../ingest/ingestFixture.ts';
import { createErasedIdHasher } from './erasedIds.ts';
import { eraseRows } from './eraseRows.ts';
import { readmit } from './readmit.ts';

const KEY = 'ab'.repeat(32);
const hashOf = createErasedIdHasher(KEY);
const tools = { keyOf: createCustomerKeyer(KEY), hashOf };
const MAIL = 'ann@mail.pk';
const PHONE = '0300 1234568';

let database: TestDatabase;
let shop: IngestFixture;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  shop = await openIngestFixture(database.url);
  pool = createPool(database.url);
});
afterAll(async () => {
  await pool.end();
  await shop.close();
  await database.drop();
});
beforeEach(() =>
  shop.query(`TRUNCATE customers, orders, order_items, customer_alias, customer_merges, shared_contacts,
    erased_ids, erased_contacts, erasures, batch_job_metadata, source_ids`),
);
/** Ann is 7 at the ERP, or was. */
const eraseAnn = async () => {
  const { read } = createContactReader({ idHashKey: KEY, phoneCountry: 'PK', junk: [] });
  await pool.query(`INSERT INTO customers (unified_customer_id) VALUES ('7')`);
  await pool.query(
    `INSERT INTO customer_alias (source, source_id, unified_customer_id, email_hash, phone_hash)
     VALUES ('erp', '7', '7', decode($1, 'hex'), decode($2, 'hex'))`,
    [read('email', MAIL)?.hash, read('phone', PHONE)?.hash],
  );
  await erase('7');
};

type Row = readonly [order: string, customer: string, email: string, phone: string];
const load = async (from: string | { source: string; sameCustomerIdsAs: string }, ...rows: readonly Row[]) =>
  await shop.ingest({
    ...(typeof from === 'string' ? { source: from } : from),
    orders: await shop.write(
      'orders.csv',
      [
        'order_id,date,customer_id,email,phone,sku,qty,price',
        ...rows.map(([order, ...who]) => `${order},2025-01-02,${who.join(',')},A1,1,9`),
      ].join('\n'),
    ),
  });
const erase = (id: string) => eraseRows(pool, { id, source: 'erp' }, tools);
/** Whose each order is. */
const owners = async (source: string) =>
  Object.fromEntries(
    (
      await shop.query(`SELECT order_id, unified_customer_id AS who FROM orders WHERE source = '${source}'`)
    ).map(({ order_id, who }) => [order_id, who]),
  );

test('an erased person stays away at every source with the same ids, and nobody else is taken for them', async () => {
  const own: Row = ['e1', '7', MAIL, PHONE];
  await load('erp', own);
  const web: Row = ['w1', '7', '', ''];
  await load('web', web);
  await expect(eraseRows(pool, { id: '7', source: null }, tools)).rejects.toMatchObject({
    code: 'ambiguous_customer',
  });
  await erase('7');
  await load('erp', own);
  await load('web', web);
  await load({ source: 'till', sameCustomerIdsAs: 'erp' }, ['t1', '7', '', '']);
  expect(await owners('erp')).toEqual({ e1: null });
  expect(await owners('web')).toEqual({ w1: 'web:7' });
  expect(await owners('till')).toEqual({ t1: null });
});

test('an erased person is known again by e-mail or phone, at a source that comes later and under any id', async () => {
  await eraseAnn();
  const { notes } = await load(
    'web',
    ['w1', '70', 'ANN@mail.pk', ''],
    ['w2', '71', '', '+923001234568'],
    ['w3', '72', 'ann2@mail.pk', ''],
    ['w4', '70', '', ''],
  );
  expect(await owners('web')).toEqual({ w1: null, w2: null, w3: '72', w4: null });
  expect(notes.join()).toContain('2 new ids bear an e-mail or phone of a person who was erased');
  // By then their ids are known, whatever an order says of them.
  expect((await load('web', ['w5', '71', '', ''])).notes).toEqual([]);
  expect(await owners('web')).toMatchObject({ w5: null });
  expect(await shop.query(`SELECT source_id FROM customer_alias WHERE source = 'web'`)).toEqual([
    { source_id: '72' },
  ]);
  const kept = JSON.stringify([
    await shop.query('SELECT * FROM erased_contacts'),
    await shop.query('SELECT * FROM erased_ids'),
  ]);
  expect(kept).not.toMatch(/ann|1234568/i);
});

test('a contact that many have, or a dummy, takes no stranger for an erased person, also when that shows late', async () => {
  await eraseAnn();
  await load('till', ['t1', '1', '', PHONE], ['t2', '2', '', PHONE]);
  expect(await owners('till')).toEqual({ t1: null, t2: null });
  const { notes } = await load('till', ['t3', '3', '', PHONE], ['t4', '4', '', PHONE]);
  expect(notes.join()).toContain('1 e-mails or phones of erased people are a dummy or too many people');
  await load('till', ['t1', '1', '', PHONE], ['t2', '2', '', PHONE]);
  expect(await owners('till')).toEqual({ t1: '1', t2: '2', t3: '3', t4: '4' });

  await load('erp', ['e3', '9', 'cleo@mail.pk', '0300 0000000']);
  await erase('9');
  const makeDummy = () =>
    shop.query(`INSERT INTO shared_contacts (kind, value_hash, reason)
      SELECT 'email', c.value_hash, 'junk' FROM erased_contacts c JOIN erasures e USING (erasure_id) ORDER BY erasure_id LIMIT 1`);
  await makeDummy();
  const cleo: Row = ['w8', '78', 'cleo@mail.pk', ''];
  await load('web', ['w6', '76', '', '0300 0000000'], ['w7', '77', MAIL, ''], cleo);
  expect(await owners('web')).toEqual({ w6: '76', w7: '77', w8: null });
  await makeDummy();
  await load('web', cleo);
  expect(await owners('web')).toMatchObject({ w8: '78' });
});

test('a contact that somebody else has too is not kept', async () => {
  await load('erp', ['e3', '9', 'cleo@mail.pk', ''], ['e4', '10', 'cleo@mail.pk', '']);
  const [merge] = await inTransaction(pool, (client) => listMerges(client, { customer: '10', limit: 1 }));
  await inTransaction(pool, (client) => undoMerge(client, merge?.merge_id ?? 0));
  await erase('9');
  await load('web', ['w1', '90', 'cleo@mail.pk', '']);
  expect(await owners('erp')).toMatchObject({ e3: null, e4: '10' });
  expect(await owners('web')).toEqual({ w1: '10' });
});

test('who gives the contact away only later is taken out again, unless a run may have told others of them', async () => {
  await eraseAnn();
  await load('web', ['w1', '70', '', ''], ['w2', '71', '', '']);
  expect(await owners('web')).toEqual({ w1: '70', w2: '71' });
  await load('web', ['w3', '70', MAIL, '']);
  expect(await owners('web')).toEqual({ w1: null, w2: '71', w3: null });
  expect(await shop.query(`SELECT FROM customers WHERE unified_customer_id = '70'`)).toEqual([]);

  await shop.query(
    `INSERT INTO batch_job_metadata (run_id, kind, name, status) VALUES ('r', 'run', 'r', 'running')`,
  );
  const look = () =>
    inTransaction(pool, (client) => erasedReturns({ client, now: new Date(), engine: 'embedded' }));
  expect(await look()).toEqual([]);
  await load('web', ['w4', '71', MAIL, '']);
  expect(await owners('web')).toMatchObject({ w2: '71', w4: '71' });
  expect(await look()).toMatchObject([{ check: 'erased_returns', count: 1 }]);
  await readmit(pool, { id: '71', source: 'web' }, hashOf);
  expect(await look()).toEqual([]);
});

test('a person who is a customer again of their own will is let in, under that id only', async () => {
  await eraseAnn();
  await load('web', ['w1', '70', MAIL, ''], ['w2', '71', '', PHONE]);
  await expect(readmit(pool, { id: '99', source: 'web' }, hashOf)).rejects.toMatchObject({
    code: 'not_erased',
  });
  expect(await readmit(pool, { id: '71', source: 'web' }, hashOf)).toEqual({ ids: 1, contacts: 2 });
  await load('web', ['w3', '71', '', PHONE], ['w4', '70', MAIL, ''], ['w5', '77', MAIL, '']);
  await load('erp', ['e3', '7', MAIL, PHONE]);
  expect(await owners('web')).toEqual({ w1: null, w2: null, w3: '71', w4: null, w5: '77' });
  expect(await owners('erp')).toEqual({ e3: null });
});
