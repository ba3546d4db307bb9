import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalS3, startS3 } from '../../local/s3/startS3.ts';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { decodeItemList } from '../../shared/snapshot/itemList.ts';
import { keyOfText, keyToBigInt } from '../../shared/snapshot/key64.ts';
import { SnapshotLayout } from '../../shared/snapshot/layout.ts';
import { categoryList, cityList, OVERALL_LIST, provinceList } from '../../shared/snapshot/listKeys.ts';
import { decodeUserRecord, type UserRecord } from '../../shared/snapshot/userRecord.ts';
import type { Config } from '../config.ts';
import { createPool } from '../db/pool.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import type { RecipeName } from '../storage/paths.ts';
import { itemLine, segmentLine, userLine, writeOutput } from '../testing/outputs.ts';
import { fillShop, type SmallShop, seededRandom, seededShop } from '../testing/smallShop.ts';
import { testConfig, testContext, testStore } from '../testing/stepContext.ts';
import { loadSnapshot } from './loadSnapshot.ts';

let database: TestDatabase;
let folder: string;
let s3: LocalS3;
let pool: Pool;
let config: Config;
let store: ObjectStore;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'load-test-'));
  s3 = await startS3({ dataDir: folder, buckets: ['bucket'] });
  pool = createPool(database.url);
  config = testConfig({
    databaseUrl: database.url,
    s3Url: s3.url,
    bucket: 'bucket',
    kvBaseUrl: 'http://127.0.0.1:1',
  });
  store = testStore(config, s3.url);
});
afterEach(async () => {
  await pool.end();
  await s3.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const lease = { holder: 'test', token: 1n, assertHeld: async () => undefined };

function load(runId = 'r1') {
  return loadSnapshot(testContext({ runId, config, pool, s3: store, lease }));
}

async function writeOutputs(
  lines: Partial<Record<RecipeName, readonly object[]>>,
  runId = 'r1',
): Promise<void> {
  const all = { 'user-personalization': [], 'similar-items': [], 'popularity-count': [], ...lines };
  for (const recipe of Object.keys(all) as RecipeName[]) {
    await writeOutput(store, { place: config, runId, recipe }, all[recipe] ?? []);
  }
}

async function userRecord(customer: number): Promise<UserRecord> {
  const answer = await pool.query(
    'SELECT u.record, u.customer_key, s.layout FROM snapshot_users u JOIN snapshots s USING (snapshot_id) WHERE customer_number = $1',
    [customer],
  );
  expect(answer.rows).toHaveLength(1);
  const { record, layout, customer_key } = answer.rows[0];
  expect(BigInt(customer_key)).toBe(keyToBigInt(createCustomerKeyer('ab'.repeat(32))(`C${customer}`)));
  return decodeUserRecord(new Uint8Array(record), SnapshotLayout.parse(layout));
}

async function list(kind: string, key: bigint) {
  const answer = await pool.query('SELECT record FROM snapshot_lists WHERE kind = $1 AND list_key = $2', [
    kind,
    key.toString(),
  ]);
  return answer.rows.length === 0 ? null : decodeItemList(new Uint8Array(answer.rows[0].record), 2);
}
const popular = (name: string) => list('popular', keyToBigInt(keyOfText(name)));

const LAHORE = ['Punjab', 'Lahore'] as const;

/** Products: 1 mattress … 6; 5 is sold out, 6 is postage. Customers: 1 in Lahore, 2 nowhere, 3 never bought. */
function tinyShop(): SmallShop {
  const order = (id: string, customer: number | null, day: number, items: number[]) =>
    ({ id, customer, day, items, status: 'completed', province: 'Punjab', city: 'Lahore' }) as const;
  return {
    products: [
      { category: ['Beds', 'Mattresses'] },
      { category: ['Beds', 'Pillows'] },
      { category: ['Beds', 'Pillows'] },
      { category: ['Chairs'] },
      { category: ['Chairs'], available: false },
      { category: [], recommendable: false },
    ],
    customers: [LAHORE, [null, null], [null, null]],
    orders: [
      order('a', 1, 1, [1, 2, 6]),
      order('b', 2, 2, [1, 2, 2, 5]),
      order('c', null, 3, [1, 2]),
      order('d', 1, 9, [3, 5]),
      { ...order('e', 2, 10, [4]), status: 'cancelled' },
      { ...order('f', 3, 10, [4]), status: 'returned' },
      order('g', 3, 10, [6]),
    ],
  };
}

describe('a loaded record', () => {
  beforeEach(() => fillShop(pool, tinyShop()));

  test('keeps what can be sold, fills up with what is popular nearby, and says why', async () => {
    await writeOutputs({
      'user-personalization': [
        userLine('1', ['P2', 'P5', 'P6', 'nothing', 'P4', 'P2'], [0.5, 0.4, 0.3, 0.2, 0.1, 0.05]),
        userLine('99', ['P1'], [1]),
      ],
    });
    const counts = await load();
    expect(counts['customers']).toBe(2);
    const first = await userRecord(1);
    // P2 was bought; P4 was never bought with anything; nothing else is left to fill with.
    expect(first.items).toEqual([2, 4]);
    expect(first.own).toBe(2);
    expect(first.reasons).toEqual(['buy_again', 'similar_taste']);
    expect(first.bought).toEqual([3, 5, 1, 2]);
    expect(first.references).toEqual([3, null]);
    expect(first.scores[0]).toBeCloseTo(0.5, 1);
  });

  test('leaves out what was bought of a category that nobody buys twice, whatever the recommender says', async () => {
    const repeats = { beds: 'no', Pillows: 'learnt', Chairs: 'yes', Sofas: 'no' } as const;
    config = { ...config, policy: { ...config.policy, repeats } };
    await writeOutputs({
      'user-personalization': [userLine('1', ['P1', 'P2', 'P3'], [0.5, 0.4, 0.3])],
      'item-affinity': [segmentLine('P1', ['1', '3']), segmentLine('P2', ['1'])],
    });
    const warnings: string[] = [];
    const log = { info: () => undefined, warn: (line: string) => void warnings.push(line) };
    await loadSnapshot({ ...testContext({ runId: 'r1', config, pool, s3: store, lease }), log });
    const first = await userRecord(1);
    expect(first.items.slice(0, first.own)).toEqual([2, 3]);
    expect(first.affinity).toEqual([2]);
    expect(warnings.join()).toContain('categories that no product has: Sofas');
  });

  test('of a customer without a line is what is popular where their latest order went', async () => {
    await writeOutputs({
      'user-personalization': [{ input: { userId: '2' }, output: null, error: 'User error: unknown' }],
    });
    await load();
    const second = await userRecord(2);
    expect(second.own).toBe(0);
    expect(second.items).toEqual([3]);
    expect(second.reasons).toEqual(['popular_in_place']);
    expect(second.bought).toEqual([1, 2, 5]);
    const places = await pool.query(`SELECT document FROM snapshot_documents WHERE name = 'places'`);
    expect(places.rows[0].document[second.place - 1]).toEqual(LAHORE);
  });

  test('names the purchase an item is bought with', async () => {
    await pool.query(`UPDATE orders SET unified_customer_id = NULL WHERE order_id = 'b'`);
    await pool.query(
      `DELETE FROM order_items WHERE item_number = 2 AND order_number = (SELECT order_number FROM orders WHERE order_id = 'a')`,
    );
    await writeOutputs({ 'user-personalization': [userLine('1', ['P2'], [0.5])] });
    await load();
    const first = await userRecord(1);
    expect(first.bought).toEqual([3, 5, 1]);
    expect([first.reasons[0], first.references[0]]).toEqual(['bought_with', 2]);
  });

  test('has the items whose segments the customer leads, under both names of the field', async () => {
    await writeOutputs({
      'item-affinity': [
        segmentLine('P1', ['2', '1', '77']),
        { input: { itemId: 'P4' }, output: { recommendedUsers: ['1'] }, error: null },
        segmentLine('P5', ['1']),
      ],
    });
    await load();
    expect((await userRecord(1)).affinity).toEqual([4, 1]);
    expect((await userRecord(2)).affinity).toEqual([1]);
  });
});

describe('loaded lists', () => {
  beforeEach(() => fillShop(pool, tinyShop()));

  test('of similar products join the recommender with co-purchases, then fill by category', async () => {
    await writeOutputs({
      'similar-items': [itemLine('P1', ['P3', 'P2', 'P5', 'P1']), itemLine('P6', ['P1'])],
    });
    await load();
    expect(await list('similar', 1n)).toEqual({ items: [2, 3], counts: [3, 0], weights: [0, 0], own: 2 });
    // Never bought and unknown to the recommender: its category has sold nothing that can be sold now.
    expect(await list('similar', 4n)).toMatchObject({ items: [1, 2, 3], counts: [0, 0, 0], own: 0 });
    // Sold out, and still shows what goes with it; filled from overall, its category having nothing else.
    expect(await list('similar', 5n)).toMatchObject({ own: 3, counts: [1, 1, 1] });
    expect(await list('similar', 6n)).toBeNull();
  });

  test('of pairs and popular products hold sellable ones only and count guests', async () => {
    await writeOutputs({});
    await load();
    const pairs = await list('pairs', 1n);
    // The product itself stands behind its pairs, with its orders.
    expect(pairs).toMatchObject({ items: [2, 1], counts: [3, 3], own: 1 });
    expect(pairs?.weights[0]).toBeCloseTo((3 * 4) / (3 * 3));
    expect(await popular(OVERALL_LIST)).toMatchObject({ items: [1, 2, 3], counts: [3, 3, 1] });
    expect((await popular(provinceList('PUNJAB')))?.items).toEqual([1, 2, 3]);
    expect((await popular(cityList('punjab', 'lahore')))?.items).toEqual([1, 2, 3]);
    expect((await popular(cityList(null, 'Lahore')))?.items).toEqual([1, 2, 3]);
    expect((await popular(categoryList(['Beds'])))?.items).toEqual([1, 2, 3]);
    expect((await popular(categoryList(['Beds', 'Pillows'])))?.items).toEqual([2, 3]);
    expect(await popular(categoryList(['Chairs']))).toBeNull();
    const analytics = await pool.query(
      `SELECT document FROM snapshot_documents WHERE name = 'analytics_pairs'`,
    );
    expect(analytics.rows[0].document).toEqual([[1, 2, 3, 1.333, 3]]);
  });

  test('blend the overall list with what popularity-count says', async () => {
    await writeOutputs({ 'popularity-count': [userLine('1', ['P4', 'P3', 'P5'], [])] });
    await load();
    const overall = await popular(OVERALL_LIST);
    expect(overall?.items).toEqual([3, 4, 1, 2]);
    expect(overall?.counts).toEqual([1, 0, 3, 3]);
  });
});

describe('a load', () => {
  test('covers every customer with a trainable order and every recommendable product', async () => {
    const random = seededRandom(5);
    await fillShop(pool, seededShop(random));
    const ids = Array.from({ length: 40 }, (_, i) => `P${i + 1}`);
    const shuffled = () => [...ids].sort(() => random() - 0.5).slice(0, 15);
    await writeOutputs({
      'user-personalization': Array.from({ length: 20 }, (_, i) =>
        userLine(
          String(i + 1),
          shuffled(),
          shuffled().map(() => random()),
        ),
      ),
      'similar-items': ids.slice(0, 20).map((id) => itemLine(id, shuffled())),
    });
    const counts = await load();
    const trainable = await pool.query(
      `SELECT count(DISTINCT c.customer_number)::int AS n FROM customers c JOIN orders o USING (unified_customer_id)
       JOIN order_items i USING (order_number) JOIN products p USING (item_number)
       WHERE o.status = 'completed' AND p.recommendable`,
    );
    expect(counts['customers_trainable']).toBe(trainable.rows[0].n);
    const unsellable = await pool.query(
      `SELECT item_number FROM products WHERE NOT (available AND recommendable)`,
    );
    const never = new Set(unsellable.rows.map((row) => row.item_number));
    const users = await pool.query(
      'SELECT u.record, s.layout FROM snapshot_users u JOIN snapshots s USING (snapshot_id)',
    );
    expect(users.rows.length).toBeGreaterThanOrEqual(trainable.rows[0].n);
    for (const { record, layout } of users.rows) {
      const { items, own, bought, reasons, references } = decodeUserRecord(
        new Uint8Array(record),
        SnapshotLayout.parse(layout),
      );
      expect(items.filter((item) => never.has(item))).toEqual([]);
      expect(new Set(items).size).toBe(items.length);
      reasons.forEach((reason, i) => {
        expect(reason.startsWith('popular')).toBe(i >= own);
        if (references[i] !== null) expect(references[i]).toBeLessThan(bought.length);
        if (reason === 'bought_with') expect(references[i]).not.toBeNull();
      });
    }
    const lists = await pool.query(`SELECT kind, list_key, record FROM snapshot_lists`);
    expect(lists.rows.filter((row) => row.kind === 'similar')).toHaveLength(39);
    for (const { kind, record } of lists.rows) {
      const { items, own } = decodeItemList(new Uint8Array(record), 2);
      // Behind its pairs a product stands itself, sold out or not.
      const shown = kind === 'pairs' ? items.slice(0, own) : items;
      expect(shown.filter((item) => never.has(item))).toEqual([]);
    }
    // Counts against Postgres' own count of orders with both products.
    const similar = lists.rows.filter((row) => row.kind === 'similar').slice(0, 10);
    for (const { list_key, record } of similar) {
      const { items, counts: shared } = decodeItemList(new Uint8Array(record), 2);
      const answer = await pool.query(
        `SELECT b.item_number AS item, count(DISTINCT o.order_number)::int AS n FROM orders o
         JOIN order_items a USING (order_number) JOIN order_items b USING (order_number)
         WHERE o.status = 'completed' AND a.item_number = $1 AND b.item_number <> $1 GROUP BY 1`,
        [list_key],
      );
      const expected = new Map(answer.rows.map((row) => [row.item, row.n]));
      expect(shared).toEqual(items.map((item) => expected.get(item) ?? 0));
      const reachable = [...expected.keys()].filter((item) => !never.has(item));
      expect(shared.filter((n) => n > 0).length).toBe(Math.min(reachable.length, shared.length));
    }
  });

  test('again after a failure begins anew and leaves one set of rows', async () => {
    await fillShop(pool, tinyShop());
    await writeOutput(store, { place: config, runId: 'r1', recipe: 'user-personalization' }, []);
    await expect(load()).rejects.toMatchObject({ code: 'output_missing' });
    expect((await pool.query('SELECT state FROM snapshots')).rows).toEqual([{ state: 'loading' }]);
    await writeOutputs({});
    const counts = await load();
    expect((await pool.query('SELECT count(*)::int AS n FROM snapshot_users')).rows[0].n).toBe(2);
    expect((await pool.query('SELECT state FROM snapshots')).rows).toEqual([{ state: 'ready' }]);
    expect(await load()).toEqual(counts);
  });

  test('of a shop without orders makes an empty snapshot', async () => {
    await writeOutputs({});
    expect(await load()).toMatchObject({ customers: 0, products: 0, customer_coverage: 1 });
    expect((await popular(OVERALL_LIST))?.items).toEqual([]);
  });

  test('leaves the plain checks telling what is live while it runs', async () => {
    await fillShop(pool, tinyShop());
    await writeOutputs({ 'user-personalization': [userLine('1', ['P2'], [0.5])] });
    const { snapshot_id: live } = await load();
    await pool.query(`UPDATE live_pointer SET live_snapshot_id = $1, published_at = '2026-02-01T00:00:00Z'`, [
      live,
    ]);
    await writeOutputs({ 'user-personalization': [userLine('1', ['P4'], [0.5])] }, 'r2');
    const check = 'SELECT count(*)::int AS n, max(updated_at) AS at FROM offline_user_recommendations';
    const seen: Promise<unknown>[] = [];
    const context = testContext({
      runId: 'r2',
      config,
      pool,
      s3: store,
      lease,
      onProgress: () => seen.push(pool.query(check).then(({ rows }) => rows[0])),
    });
    await loadSnapshot(context);
    const truth = { n: 2, at: new Date('2026-02-01T00:00:00Z') };
    expect(seen.length).toBeGreaterThan(2);
    for (const row of await Promise.all(seen)) expect(row).toEqual(truth);
    expect((await pool.query(check)).rows[0]).toEqual(truth);
    expect(
      (await pool.query('SELECT product_ids FROM offline_user_recommendations ORDER BY unified_customer_id'))
        .rows[0].product_ids,
    ).toContain('P2');
  });
});
