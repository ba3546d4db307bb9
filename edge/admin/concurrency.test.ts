import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, inTransaction } from '../../batch/db/pool.ts';
import { BatchError } from '../../batch/errors.ts';
import { encodeCatalogueState, readCatalogueState } from '../../batch/overlay/catalogueState.ts';
import { type OverlayContext, writeOverlays } from '../../batch/overlay/writeOverlays.ts';
import { createKvStore, type KvStore } from '../../batch/publish/kvStore.ts';
import { declareLive, readKvPointer, writeKvPointer } from '../../batch/publish/livePointer.ts';
import { withLease } from '../../batch/runs/withLease.ts';
import { startNeonProxy } from '../../local/neon-proxy/startNeonProxy.ts';
import { createTestDatabase } from '../../local/testing/database.ts';
import { type KvServer, startKvServer } from '../../local/testing/kvServer.ts';
import { AVAILABILITY_KEY, openAvailability } from '../../shared/overlay/availability.ts';
import { RULES_KEY, RulesDocument } from '../../shared/rules/rulesDocument.ts';
import type { Manifest } from '../../shared/snapshot/manifest.ts';
import { ADMINISTERED, type AskService, as, serviceOf } from '../testing/askService.ts';
import { fillPostgres } from '../testing/samplePostgres.ts';
import { TEST_KEY } from '../testing/sampleShop.ts';
import { makePointer, makeSnapshot } from '../testing/sampleSnapshot.ts';

/**
 * Administrators at the edge, a batch that publishes and a sync, at once, on one PostgreSQL and one KV: each with
 * the very code it runs by, the batch through KV's REST API, the edge through its binding, whose writes land late.
 */
const RULES = '/api/v1/admin/rules';
let kv: KvServer;
let pool: Pool;
let databaseUrl: string;
let ask: AskService;
let store: KvStore;
let sync: OverlayContext;
let manifests: ReadonlyMap<number, Manifest>;
let waits: readonly number[] = [0];
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const database = await createTestDatabase();
  databaseUrl = database.url;
  const snapshots = [await makeSnapshot(1), await makeSnapshot(2)];
  manifests = new Map(snapshots.map(({ manifest }) => [manifest.snapshot_id, manifest]));
  await fillPostgres(database.url, snapshots, 2);
  const proxy = await startNeonProxy({ postgresUrl: database.url });
  pool = createPool(database.url);
  const catalogue = encodeCatalogueState(await inTransaction(pool, readCatalogueState));
  await pool.query('UPDATE snapshots SET catalogue = $1', [catalogue]);
  await pool.query('UPDATE live_pointer SET previous_snapshot_id = 1, generation = 2, published_at = now()');
  kv = await startKvServer();
  for (const [key, value] of [...snapshots.flatMap(({ values }) => [...values]), makePointer(2, 1)])
    kv.values.set(key, Buffer.from(value));
  const binding = {
    get: async (key: string) => {
      const value = kv.values.get(key);
      return value === undefined ? null : new Uint8Array(value).buffer;
    },
    async put(key: string, value: string) {
      await sleep(waits[puts++ % waits.length]);
      kv.values.set(key, Buffer.from(value));
    },
  };
  let puts = 0;
  const env = { ...ADMINISTERED, DATABASE_URL: database.url, NEON_FETCH_ENDPOINT: proxy.fetchEndpoint };
  ask = serviceOf({ env, kv: binding, adminKv: binding });
  const kvConfig = { baseUrl: kv.baseUrl, apiToken: kv.token, zoneId: null, firstWaitMs: 1 };
  const { signal } = new AbortController();
  store = createKvStore(kvConfig, { fetch, firstWaitMs: 1, signal });
  sync = {
    ...{ pool, signal, config: { kv: kvConfig, identity: { idHashKey: TEST_KEY } } },
    log: { info: () => undefined, warn: () => undefined },
    sleep: async () => undefined,
  };
  stops.push(
    () => pool.end(),
    () => proxy.stop(),
    () => kv.stop(),
    () => database.drop(),
  );
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

type Change =
  | { readonly kind: 'rule'; readonly fate: 'keep' | 'change' | 'delete' }
  | { readonly kind: 'rollback'; readonly to: number }
  | { readonly kind: 'publish'; readonly id: number }
  | { readonly kind: 'sync'; readonly item: number; readonly available: boolean };

const snapshot = fc.constantFrom(1, 2);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('rule' as const),
    fate: fc.constantFrom('keep' as const, 'change' as const, 'delete' as const),
  }),
  fc.record({ kind: fc.constant('rollback' as const), to: snapshot }),
  fc.record({ kind: fc.constant('publish' as const), id: snapshot }),
  fc.record({
    kind: fc.constant('sync' as const),
    item: fc.integer({ min: 1, max: 19 }),
    available: fc.boolean(),
  }),
);

const hide = (product: string) => ({ effect: 'hide', target: { products: [product] } });
async function version(): Promise<number> {
  const { headers } = await ask(RULES, as('viewer'));
  return Number(JSON.parse(headers.get('etag') ?? '""'));
}

/** Sends a change of the rules until nobody was quicker. */
async function insist(path: string, method: string, body?: unknown) {
  for (;;) {
    const answer = await ask(path, as('merchandiser', { method, body, version: await version() }));
    if (answer.status !== 412) return answer;
  }
}

/** The id of the rule that is left, or null. */
async function changeRules(fate: 'keep' | 'change' | 'delete'): Promise<string | null> {
  const created = await insist(RULES, 'POST', hide('P-8'));
  expect(created.status, created.text).toBe(201);
  const { id } = created.json as { id: string };
  if (fate === 'keep') return id;
  const path = `${RULES}/${id}`;
  const changed = fate === 'delete' ? await insist(path, 'DELETE') : await insist(path, 'PUT', hide('P-9'));
  expect(changed.status, changed.text).toBe(200);
  return fate === 'delete' ? null : id;
}

/** The generation that was declared, once no one else holds the lease. */
async function rollBack(to: number): Promise<number> {
  for (;;) {
    const answer = await ask('/api/v1/admin/snapshots/rollback', as('operator', { body: { to } }));
    if (answer.status === 200) return (answer.json as { generation: number }).generation;
    expect(answer.status, answer.text).toBe(409);
    await sleep(5);
  }
}

async function publish(id: number): Promise<number> {
  const manifest = manifests.get(id) as Manifest;
  for (;;) {
    try {
      return await withLease(databaseUrl, async (lease) => {
        const seen = await readKvPointer(store);
        const order = { manifest, catalogue: null, seenGeneration: seen?.generation ?? 0 };
        const pointer = await declareLive({ pool, lease }, order);
        const config = { kv: { baseUrl: kv.baseUrl, apiToken: kv.token, zoneId: null, firstWaitMs: 1 } };
        await writeKvPointer({ pool, lease, config }, store, pointer);
        return pointer.generation;
      });
    } catch (error) {
      if (!(error instanceof BatchError && error.code === 'busy')) throw error;
      await sleep(5);
    }
  }
}

async function syncNow(item: number, available: boolean): Promise<void> {
  await pool.query('UPDATE products SET available = $2 WHERE item_number = $1', [item, available]);
  await writeOverlays(sync);
}

async function expectRules(kept: readonly (string | null)[], saves: number, before: number): Promise<void> {
  const mirror = RulesDocument.parse(JSON.parse(String(kv.values.get(RULES_KEY))));
  const audited = await pool.query(`SELECT count(*)::int AS n FROM admin_audit WHERE action LIKE 'rule.%'`);
  const after = before + saves;
  expect([await version(), mirror.version, audited.rows[0]?.n]).toEqual([after, after, after]);
  const ids = new Set(mirror.rules.map(({ id }) => id));
  for (const id of kept) if (id !== null) expect(ids).toContain(id);
}

async function expectPointer(generations: readonly number[]): Promise<void> {
  // Each had a generation of its own: no two held the lease at once.
  expect(new Set(generations).size).toBe(generations.length);
  const { rows } = await pool.query(
    `SELECT live_snapshot_id AS live, previous_snapshot_id AS previous, generation::int FROM live_pointer`,
  );
  expect(await readKvPointer(store)).toMatchObject(rows[0]);
  if (generations.length > 0) expect(rows[0]?.generation).toBe(Math.max(...generations));
}

async function expectAvailability(): Promise<void> {
  const value = kv.values.get(AVAILABILITY_KEY);
  const told = value === undefined ? new Map() : openAvailability(new Uint8Array(value)).changes;
  const { rows } = await pool.query<{ item: number; available: boolean }>(
    'SELECT item_number AS item, available FROM products',
  );
  // In the snapshot 5 is sold out, and nothing else is.
  for (const { item, available } of rows)
    expect([item, told.get(item)?.available ?? item !== 5]).toEqual([item, available]);
}

test('rules, pointers and availability written by all at once: nothing is lost, KV ends as Postgres is', async () => {
  const delays = fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 3, maxLength: 8 }), delays, async (changes, late) => {
      waits = late;
      const before = await version();
      const kept: (string | null)[] = [];
      const generations: number[] = [];
      await Promise.all(
        changes.map(async (one) => {
          if (one.kind === 'rule') kept.push(await changeRules(one.fate));
          else if (one.kind === 'rollback') generations.push(await rollBack(one.to));
          else if (one.kind === 'publish') generations.push(await publish(one.id));
          else await syncNow(one.item, one.available);
        }),
      );
      const saves = changes.map((one): number => (one.kind !== 'rule' ? 0 : one.fate === 'keep' ? 1 : 2));
      await expectRules(
        kept,
        saves.reduce((sum, n) => sum + n, 0),
        before,
      );
      await expectPointer(generations);
      await expectAvailability();
    }),
    { numRuns: 12, endOnFailure: true },
  );
});
