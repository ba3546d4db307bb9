import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { createPool } from '../db/pool.ts';
import { type IngestFixture, openIngestFixture } from '../ingest/ingestFixture.ts';
import { createErasedIdHasher } from './erasedIds.ts';
import { eraseRows } from './eraseRows.ts';

const KEY = 'ab'.repeat(32);
const tools = { keyOf: createCustomerKeyer(KEY), hashOf: createErasedIdHasher(KEY) };

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

const load = async (source: string, sameCustomerIdsAs: string | null = null) =>
  await shop.ingest({
    orders: await shop.write(
      'orders.csv',
      `order_id,date,customer_id,sku,qty,price\n${source}-1,2025-01-02,7,A1,1,9\n`,
    ),
    ...{ source, sameCustomerIdsAs },
  });
const erase = async (name: { readonly id: string; readonly source: string | null }) => {
  const pool = createPool(database.url);
  try {
    return await eraseRows(pool, name, tools);
  } finally {
    await pool.end();
  }
};

test('an erased customer stays away at every source with the same ids, and nobody else is taken for them', async () => {
  await load('erp');
  await load('web');
  await expect(erase({ id: '7', source: null })).rejects.toMatchObject({ code: 'ambiguous_customer' });
  await erase({ id: '7', source: 'erp' });
  for (const source of ['erp', 'web']) await load(source);
  await load('till', 'erp');
  expect(
    await shop.query('SELECT source, unified_customer_id AS who FROM orders ORDER BY source COLLATE "C"'),
  ).toEqual([
    { source: 'erp', who: null },
    { source: 'till', who: null },
    { source: 'web', who: 'web:7' },
  ]);
});
