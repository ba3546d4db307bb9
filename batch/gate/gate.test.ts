import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalS3, startS3 } from '../../local/s3/startS3.ts';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { startKvServer } from '../../local/testing/kvServer.ts';
import type { Config } from '../config.ts';
import { createPool } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { gateStep } from '../steps/gate.ts';
import { loadStep } from '../steps/load.ts';
import { publishStep } from '../steps/publish.ts';
import type { ObjectStore } from '../storage/objectStore.ts';
import { itemLine, userLine, writeOutput } from '../testing/outputs.ts';
import { readersView } from '../testing/readersView.ts';
import { fillShop } from '../testing/smallShop.ts';
import { testConfig, testContext, testStore } from '../testing/stepContext.ts';
import { forceHeld } from './forceHeld.ts';

/** Customer c keeps to the eight products from 8 × (c mod 8) on. */
const CUSTOMERS = 160;
const PRODUCTS = 64;
const tasteOf = (customer: number) => Array.from({ length: 8 }, (_, i) => 8 * (customer % 8) + i + 1);

let database: TestDatabase;
let folder: string;
let s3: LocalS3;
let kv: Awaited<ReturnType<typeof startKvServer>>;
let pool: Pool;
let config: Config;
let store: ObjectStore;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'gate-test-'));
  s3 = await startS3({ dataDir: folder, buckets: ['bucket'] });
  kv = await startKvServer();
  pool = createPool(database.url);
  config = testConfig({
    databaseUrl: database.url,
    s3Url: s3.url,
    bucket: 'bucket',
    kvBaseUrl: kv.baseUrl,
    kvToken: kv.token,
  });
  store = testStore(config, s3.url);
  await fillShop(pool, {
    products: Array.from({ length: PRODUCTS }, (_, i) => ({ category: [`Aisle ${i % 8}`] })),
    customers: Array.from({ length: CUSTOMERS }, () => [null, null] as const),
    orders: ordersOn([0, 10, 20], (customer) => customer),
  });
});
afterEach(async () => {
  await pool.end();
  await kv.stop();
  await s3.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** One order of three products of a customer's taste on each of the days. */
function ordersOn(days: readonly number[], tasteFrom: (customer: number) => number) {
  return days.flatMap((day, d) =>
    Array.from({ length: CUSTOMERS }, (_, i) => {
      const taste = tasteOf(tasteFrom(i + 1));
      const items = [0, 1, 2].map((n) => taste[(i + n * (d + 1)) % 8] as number);
      return {
        id: `${day}/${i}`,
        customer: i + 1,
        day,
        status: 'completed',
        province: null,
        city: null,
        items,
      } as const;
    }),
  );
}

const lease = { holder: 'test', token: 1n, assertHeld: async () => undefined };

function context(runId: string) {
  const said: string[] = [];
  const base = testContext({ runId, config, pool, s3: store, lease });
  const log = { info: () => undefined, warn: (line: string) => void said.push(line) };
  return { ...base, log, clock: () => new Date('2026-03-01'), said };
}

/** Outputs as the engine gives them, `of` naming whose taste a customer's list has. */
async function load(runId: string, of: (customer: number) => number = (customer) => customer): Promise<void> {
  const users = Array.from({ length: CUSTOMERS }, (_, i) => {
    const others = Array.from({ length: 12 }, (_, n) => ((8 * of(i + 1) + 11 + n) % PRODUCTS) + 1);
    const items = [...new Set([...tasteOf(of(i + 1)), ...others])].map((item) => `P${item}`);
    return userLine(
      String(i + 1),
      items,
      items.map((_, rank) => 1 / (rank + 2)),
    );
  });
  const place = { place: config, runId };
  await writeOutput(store, { ...place, recipe: 'user-personalization' }, users);
  await writeOutput(store, { ...place, recipe: 'similar-items' }, [itemLine('P1', ['P2'])]);
  await writeOutput(store, { ...place, recipe: 'popularity-count' }, [userLine('1', ['P1'], [])]);
  await loadStep.run(context(runId));
}

async function makeLive(runId: string): Promise<void> {
  await load(runId);
  await gateStep.run(context(runId));
  await publishStep.run(context(runId));
}

async function reasons(runId: string): Promise<string[]> {
  const error = await gateStep.run(context(runId)).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error === null) return [];
  if (!(error instanceof BatchError)) throw error;
  expect([error.code, error.exitCode, error.final]).toEqual(['held', 5, true]);
  const { rows } = await pool.query('SELECT state, gate FROM snapshots WHERE run_id = $1', [runId]);
  expect([rows[0].state, rows[0].gate.verdict]).toEqual(['held', 'held']);
  return rows[0].gate.checks
    .filter(({ verdict }: { verdict: string }) => verdict === 'hold')
    .map(({ check }: { check: string }) => check);
}

describe('a run', () => {
  test('of a new shop goes live, and the next one like it', async () => {
    await makeLive('r1');
    await load('r2');
    expect(await gateStep.run(context('r2'))).toEqual({ checks: 10, warnings: 1 });
    await publishStep.run(context('r2'));
    expect(readersView(kv.values)?.pointer.live).toBe(2);
    // Done once more from the gate: what readers see stays.
    expect(await gateStep.run(context('r2'))).toEqual({ checks: 0, warnings: 0 });
  });

  test('whose lists stand under the wrong customers is held, and readers stay where they were', async () => {
    await makeLive('r1');
    await load('r2', (customer) => customer + 3);
    expect(await reasons('r2')).toEqual(['overlap']);
    await expect(publishStep.run(context('r2'))).rejects.toMatchObject({ code: 'not_loaded' });
    expect(readersView(kv.values)?.pointer.live).toBe(1);
  });

  test('with another ID_HASH_KEY than the live snapshot, which the Worker would find nobody in, is held', async () => {
    await makeLive('r1');
    await load('r2');
    await pool.query('UPDATE snapshot_users SET customer_key = customer_key # 1 WHERE snapshot_id = 2');
    expect(await reasons('r2')).toEqual(['customer_keys']);
  });

  test('after which customers, products and lists went wrong is told of all of it', async () => {
    await makeLive('r1');
    await pool.query(`DELETE FROM customers WHERE customer_number > 100`);
    await load('r2');
    await pool.query(`UPDATE products SET available = false WHERE item_number <= 32`);
    await pool.query(`DELETE FROM products WHERE item_number = 40`);
    const gate = context('r2');
    await expect(gateStep.run(gate)).rejects.toMatchObject({ code: 'held' });
    expect(gate.said.join('\n')).toMatch(
      /✗ unknown_products[^\n]*\n *what to do: [\s\S]*✗ sold_out_products[\s\S]*✗ customers_count/,
    );
  });

  test('is held while its engine did worse than popularity since the live snapshot, and not for doing better', async () => {
    await makeLive('r1');
    const insert = async (tasteFrom: (customer: number) => number, day: number) =>
      fillShop(pool, { products: [], customers: [], orders: ordersOn([day], tasteFrom) });
    await insert((customer) => customer, 40);
    await load('r2');
    expect(await reasons('r2')).toEqual([]);
    const stored = await pool.query(`SELECT result FROM evaluations WHERE run_id = 'r2'`);
    const [published, popularity] = stored.rows[0].result.contestants;
    expect(stored.rows[0].result).toMatchObject({ kind: 'orders_since', customers: CUSTOMERS });
    expect(published.all.over_popularity[1]).toBeGreaterThan(0.3);
    expect(published.all.hit_rate[0]).toBe(1);
    expect(popularity.all.ndcg[0]).toBeLessThan(0.3);
    // From now on everybody buys what nobody is shown, though it is popular.
    await pool.query(`DELETE FROM orders WHERE ordered_at > '2026-02-01'`);
    await pool.query(
      `INSERT INTO order_items SELECT order_number, 9, 64, 1, 9.5 FROM orders WHERE unified_customer_id LIKE '%1'`,
    );
    await pool.query(
      `INSERT INTO order_items SELECT order_number, n, 62 + n - 9, 1, 9.5 FROM orders, generate_series(10, 11) AS n`,
    );
    await insert(() => 7, 41);
    await load('r3');
    const held = await reasons('r3');
    expect(held).toContain('backtest');
  });

  test('that is held can be put live by force, once, and the audit says who and why', async () => {
    await makeLive('r1');
    await load('r2', (customer) => customer + 3);
    const force = { runId: 'r2', why: 'tastes were turned round on purpose', by: 'Operator' };
    await expect(forceHeld(context('r2'), force)).rejects.toMatchObject({ code: 'not_held' });
    await reasons('r2');
    expect(await forceHeld(context('r2'), force)).toMatchObject({ snapshot_id: 2 });
    expect(readersView(kv.values)?.pointer.live).toBe(2);
    const audit = await pool.query('SELECT actor, action, subject, before, after FROM admin_audit');
    expect(audit.rows).toEqual([
      {
        actor: 'Operator',
        action: 'snapshot.force',
        subject: '2',
        before: { held: [expect.objectContaining({ check: 'overlap' })] },
        after: { run_id: 'r2', why: force.why },
      },
    ]);
    await expect(forceHeld(context('r2'), force)).rejects.toMatchObject({ code: 'not_held' });
  });

  test('held night after night keeps the rows of the newest only', async () => {
    await makeLive('r1');
    for (const runId of ['r2', 'r3']) {
      await load(runId, (customer) => customer + 3);
      await reasons(runId);
    }
    const { rows } = await pool.query(
      `SELECT state, to_regclass('snapshot_users_' || snapshot_id) IS NOT NULL AS kept FROM snapshots ORDER BY snapshot_id`,
    );
    expect(rows.map(({ state, kept }) => [state, kept])).toEqual([
      ['published', true],
      ['pruned', false],
      ['held', true],
    ]);
  });
});
