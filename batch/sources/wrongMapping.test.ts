import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { type ErpServer, startErpServer } from '../../local/testing/erpServer.ts';
import { openSyncFixture, type SyncFixture } from '../sync/syncFixture.ts';
import { readSourcesFile } from './sourcesFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'wrong-mapping-'));
const TOKEN = 'erp-test-token';

let database: TestDatabase;
let shop: SyncFixture;
let erp: ErpServer;
beforeAll(async () => {
  database = await createTestDatabase();
  shop = await openSyncFixture(database.url, { ERP_TOKEN: TOKEN });
});
afterAll(async () => {
  await shop.close();
  await database.drop();
});
beforeEach(async () => {
  erp = await startErpServer({ now: shop.now, pageSize: 50 });
  await shop.empty();
});
afterEach(() => erp.stop());

const ORDERS = {
  order_id: 'nr',
  ordered_at: 'gebucht',
  product_id: 'zeilen[].art',
  unit_price: 'zeilen[].preis',
  quantity: 'zeilen[].stk',
  customer_id: 'kunde.nr',
};
const CUSTOMERS = { customer_id: 'nr', marketing_consent: 'newsletter' };

function sync(mapping: object, settings: object = {}) {
  const kontor = {
    ...{ type: 'rest', base_url: erp.baseUrl, auth: { token_env: 'ERP_TOKEN' } },
    orders: { path: '/orders/offset', paging: { style: 'offset' } },
    customers: { path: '/customers/offset', paging: { style: 'offset' } },
    mapping: { columns: ORDERS, customers: CUSTOMERS, ...mapping },
    ...settings,
  };
  const file = join(folder, 'sources.json');
  writeFileSync(file, JSON.stringify({ sources: { kontor } }));
  return shop.sync(readSourcesFile(file, () => TOKEN));
}

/** A receipt of a German ERP, in words of its own. */
function put(id: number, change: object = {}): void {
  erp.records['orders']?.set(String(id), {
    ...{ id: String(id), updated: 0, nr: `B${id}`, gebucht: '04.03.2025 10:00', status: 'GEBUCHT' },
    kunde: { nr: 5 },
    zeilen: [
      { art: 'A1', preis: 5, stk: 1 },
      { art: 'A2', preis: 7, stk: 1 },
    ],
    ...change,
  });
}

function putCustomer(id: number, newsletter: string): void {
  erp.records['customers']?.set(String(id), { id: String(id), updated: 0, nr: id, newsletter });
}

const consents = () =>
  shop.query('SELECT marketing_consent AS yes, source_id FROM customer_alias ORDER BY 2');

it('words for yes and no that are not known are told, and can be taught', async () => {
  for (const [i, word] of ['J', 'N', 'Einverstanden', 'Einverstanden', ''].entries()) putCustomer(i, word);
  const [unknown] = await sync({});
  expect(unknown?.notes).toEqual([
    expect.stringMatching(/marketing_consent.*"Einverstanden" \(2 times\)\. .*"yes_no"/),
  ]);
  expect((await consents()).map(({ yes }) => yes)).toEqual([true, false, null, null, null]);
  const [taught] = await sync({ yes_no: { einverstanden: 'yes' } });
  expect(taught?.notes.join()).not.toContain('yes_no');
  expect((await consents()).map(({ yes }) => yes)).toEqual([true, false, true, true, null]);
});

it('what stands in a column taken for consent by mistake is neither consent nor repeated', async () => {
  putCustomer(1, 'anna@example.com');
  putCustomer(2, '0151 2345678');
  const [result] = await sync({});
  expect(result?.notes).toEqual([expect.stringContaining('2 different ones')]);
  expect((await consents()).map(({ yes }) => yes)).toEqual([null, null]);
});

it('unknown states are told once for all pages', async () => {
  for (let id = 1; id <= 120; id++) put(id);
  const [result] = await sync({});
  expect(result?.notes).toEqual([expect.stringContaining('"GEBUCHT" (240 lines)')]);
});

it('a field that the mapping names and no record has is told, with the names there are', async () => {
  for (let id = 1; id <= 60; id++) put(id);
  const [result] = await sync({
    columns: { ...ORDERS, unit_price: 'zeilen[].price' },
    statuses: { GEBUCHT: 'completed' },
  });
  expect(result).toMatchObject({
    counts: { orders: { added: 60 } },
    notes: [
      'None of 120 rows of orders has a value for unit_price (mapped to "zeilen[].price"). They have: id, nr, gebucht, status, kunde.nr, zeilen[].art, zeilen[].preis, zeilen[].stk.',
    ],
  });
  const [unusable] = await sync({ columns: { ordered_at: 'gebucht' } });
  expect(unusable).toMatchObject({
    error: { code: 'nothing_usable' },
    notes: [
      ...Array.from({ length: 4 }, () => expect.anything()),
      expect.stringMatching(/order_id \(not found by its usual names\), .*product_id.* They have: id, nr/),
    ],
  });
});

it('an order that cannot be used counts once, however many lines it has', async () => {
  put(1);
  put(2, { gebucht: 'unbekannt' });
  expect(await sync({})).toMatchObject([
    { counts: { orders: { added: 1 }, rejected: 1, rejectedByReason: { unreadable_date: 1 } } },
  ]);
});

it('the arrays of an answer are named where the records are not found', async () => {
  put(1);
  const orders = { path: '/orders/offset', records: 'data.items', paging: { style: 'offset' } };
  const [result] = await sync({}, { orders });
  expect(result).toMatchObject({ error: { message: expect.stringMatching(/it has arrays at "\w+/) } });
});

it('a refusal says why, without the token', async () => {
  const [result] = await sync({}, { auth: { token_env: 'ERP_TOKEN', scheme: 'Token' } });
  const text = JSON.stringify(result);
  expect(result).toMatchObject({ error: { message: expect.stringContaining('who are you? ***') } });
  expect(text).not.toContain(TOKEN);
});

it('orders without an id are kept each, and forgotten when all is read again and they are gone', async () => {
  for (let id = 1; id <= 60; id++) put(id);
  put(1, { nr: null, kunde: { nr: 7 } });
  put(51, { nr: null, kunde: { nr: 8 } });
  await sync({});
  const kept = () => shop.query('SELECT reason FROM sync_rejects');
  expect(await kept()).toEqual([{ reason: 'no order id' }, { reason: 'no order id' }]);
  await sync({});
  expect(await kept()).toHaveLength(2);
  put(1);
  await sync({});
  expect(await kept()).toHaveLength(1);
});
