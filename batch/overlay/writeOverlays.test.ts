import type { Pool } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { type KvServer, startKvServer } from '../../local/testing/kvServer.ts';
import { aliasText } from '../../shared/identity/alias.ts';
import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { AVAILABILITY_KEY, openAvailability } from '../../shared/overlay/availability.ts';
import { openRecent, RECENT_KEY } from '../../shared/overlay/recent.ts';
import { createPool, inTransaction } from '../db/pool.ts';
import { fillShop } from '../testing/smallShop.ts';
import { encodeCatalogueState, readCatalogueState } from './catalogueState.ts';
import { readRecentCustomers } from './recentCustomers.ts';
import { type OverlayContext, writeOverlays } from './writeOverlays.ts';

const ID_HASH_KEY = 'ab'.repeat(32);
const keyOf = createCustomerKeyer(ID_HASH_KEY);

let database: TestDatabase;
let kv: KvServer;
let pool: Pool;
let context: OverlayContext;
const warnings: string[] = [];
beforeEach(async () => {
  database = await createTestDatabase();
  kv = await startKvServer();
  pool = createPool(database.url);
  warnings.length = 0;
  context = {
    pool,
    config: {
      kv: { baseUrl: kv.baseUrl, apiToken: kv.token, zoneId: null, firstWaitMs: 1 },
      identity: { idHashKey: ID_HASH_KEY },
    },
    log: { info: () => undefined, warn: (line) => warnings.push(line) },
    sleep: async () => undefined,
    signal: new AbortController().signal,
  };
});
afterEach(async () => {
  await pool.end();
  await kv.stop();
  await database.drop();
});

const order = (id: string, customer: number | null, day: number, ...items: number[]) => ({
  ...{ id, customer, day, items, status: 'completed' as const, province: null, city: null },
});
const shopOf = (orders: ReturnType<typeof order>[]) =>
  fillShop(pool, {
    products: Array.from({ length: 4 }, () => ({ category: [] })),
    customers: Array.from({ length: 3 }, () => [null, null] as const),
    orders,
  });

/** Makes a snapshot of the shop as it is the live one. */
async function goLive(): Promise<void> {
  const catalogue = await inTransaction(pool, readCatalogueState);
  await pool.query(
    `WITH made AS (
       INSERT INTO snapshots (run_id, state, engine, data_until, last_order_number, catalogue)
       SELECT 'run', 'published', 'embedded', max(ordered_at), max(order_number), $1 FROM orders RETURNING snapshot_id
     ) UPDATE live_pointer SET live_snapshot_id = snapshot_id, published_at = now() FROM made`,
    [encodeCatalogueState(catalogue)],
  );
}
async function addOrder(id: string, customer: string | null, day: number, ...items: number[]) {
  await pool.query(
    `WITH made AS (
       INSERT INTO orders (order_id, source, unified_customer_id, ordered_at, content_hash)
       VALUES ($1, 'test', $2, timestamptz '2026-01-01' + $3 * interval '1 day', '') RETURNING order_number
     ) INSERT INTO order_items SELECT order_number, n, item, 1, 1
       FROM made, unnest($4::int[]) WITH ORDINALITY AS t (item, n)`,
    [id, customer, day, items],
  );
}
const kvValue = (key: string): Uint8Array => {
  const value = kv.values.get(key);
  if (value === undefined) throw new Error(`${key} is not in KV`);
  return new Uint8Array(value);
};
const recent = () => openRecent(kvValue(RECENT_KEY));
const changes = () => [...openAvailability(kvValue(AVAILABILITY_KEY)).changes];

test('before the first publish there is nothing to tell, and nothing is written of an unchanged shop', async () => {
  await shopOf([order('a', 1, 1, 1)]);
  expect(await writeOverlays(context)).toBeNull();
  await goLive();
  expect(await writeOverlays(context)).toEqual({
    availability: { entries: 0, leftOut: 0, written: false },
    recent: { entries: 0, leftOut: 0, written: false },
  });
  expect(kv.writes).toEqual([]);
});

test('what is sold out, back or repriced is told once, and taken back when it is undone', async () => {
  await shopOf([order('a', 1, 1, 1)]);
  await pool.query(`UPDATE products SET available = false WHERE product_id = 'P2'`);
  await goLive();
  await pool.query(`UPDATE products SET available = NOT available WHERE product_id IN ('P1', 'P2');
    UPDATE products SET price = 7.25 WHERE product_id = 'P3';
    UPDATE products SET recommendable = false WHERE product_id = 'P4'`);
  expect((await writeOverlays(context))?.availability).toEqual({ entries: 4, leftOut: 0, written: true });
  expect(changes()).toEqual([
    [1, { available: false, price: null }],
    [2, { available: true, price: null }],
    [3, { available: true, price: 7.25 }],
    [4, { available: false, price: null }],
  ]);
  await writeOverlays(context);
  expect(kv.writes).toEqual([AVAILABILITY_KEY]);
  await pool.query(`UPDATE products SET available = NOT available WHERE product_id IN ('P1', 'P2');
    UPDATE products SET price = 102, recommendable = true`);
  await writeOverlays(context);
  expect(openAvailability(kvValue(AVAILABILITY_KEY)).version).toBe(2);
  expect(changes().map(([item]) => item)).toEqual([1, 2, 4]);
});

test('customers with orders the snapshot lacks are known by every id, latest purchase first', async () => {
  await shopOf([order('a', 1, 10, 1), order('b', 2, 9, 1)]);
  await goLive();
  await addOrder('c', 'C1', 11, 2, 3);
  await addOrder('d', 'C1', 12, 4);
  // Older than the snapshot's newest order, but loaded after it was made.
  await addOrder('e', 'C2', 5, 3);
  await addOrder('f', null, 12, 1);
  await pool.query(`INSERT INTO customer_alias VALUES ('shop', '77', 'new'), ('till', 'x', 'C3');
    INSERT INTO customers (unified_customer_id, merged_into) VALUES ('old', 'C2')`);
  await addOrder('g', 'new', 12, 1, 1);
  expect((await writeOverlays(context))?.recent).toEqual({ entries: 5, leftOut: 0, written: true });
  expect(recent().itemsOf(keyOf('C1'))).toEqual([4, 2, 3]);
  expect(recent().itemsOf(keyOf('C2'))).toEqual([3]);
  expect(recent().itemsOf(keyOf('old'))).toEqual([3]);
  expect(recent().itemsOf(keyOf('new'))).toEqual([1]);
  expect(recent().itemsOf(keyOf(aliasText('shop', '77')))).toEqual([1]);
  expect(recent().itemsOf(keyOf('C3'))).toEqual([]);

  await pool.query(`UPDATE orders SET status = 'cancelled' WHERE order_id IN ('d', 'e')`);
  await writeOverlays(context);
  expect([recent().version, recent().itemsOf(keyOf('C1')), recent().itemsOf(keyOf('C2'))]).toEqual([
    2,
    [2, 3],
    [],
  ]);
  await pool.query(`UPDATE snapshots SET data_until = '2027-01-01', last_order_number = 1000`);
  await writeOverlays(context);
  expect(recent().customers).toBe(0);
});

test('the latest buyers stay when not all fit', async () => {
  await shopOf([]);
  await goLive();
  await addOrder('a', 'C1', 1, 1);
  await addOrder('b', 'C2', 3, 2);
  await addOrder('c', 'C3', 2, 3);
  const known = { lastOrder: 0, dataUntil: null, createdAt: new Date(0) };
  const { kept, leftOut } = await inTransaction(pool, (client) =>
    readRecentCustomers(client, known, { keyOf, most: 2 }),
  );
  expect([kept.map(({ key }) => key), leftOut]).toEqual([[keyOf('C2'), keyOf('C3')], 1]);
});

test('what KV does not take is not noted as written, and two writers end with the newest state', async () => {
  await shopOf([order('a', 1, 1, 1)]);
  await goLive();
  await pool.query(`UPDATE products SET available = false WHERE product_id = 'P1'`);
  kv.fault = ({ method }) => (method === 'PUT' ? 403 : null);
  await expect(writeOverlays(context)).rejects.toMatchObject({ code: 'kv_refused' });
  kv.fault = () => null;
  await Promise.all([
    writeOverlays(context),
    pool
      .query(`UPDATE products SET available = false WHERE product_id = 'P2'`)
      .then(() => writeOverlays(context)),
    writeOverlays(context),
  ]);
  expect(changes().map(([item]) => item)).toEqual([1, 2]);
});

test('what KV has lost is written again when it is looked for, and left from another database is overwritten', async () => {
  await shopOf([order('a', 1, 1, 1)]);
  kv.values.set(RECENT_KEY, Buffer.from('of a former database'));
  await goLive();
  await pool.query(`UPDATE products SET available = false WHERE product_id = 'P1'`);
  await writeOverlays(context);
  expect(recent().customers).toBe(0);
  kv.values.clear();
  expect((await writeOverlays(context))?.availability.written).toBe(false);
  expect((await writeOverlays(context, { suspicious: true }))?.availability.written).toBe(true);
  expect(changes()).toHaveLength(1);
});
