import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, inTransaction } from '../batch/db/pool.ts';
import { createIdentityRules } from '../batch/identity/identityRules.ts';
import { ingestFiles } from '../batch/ingest/ingest.ts';
import { encodeCatalogueState, readCatalogueState } from '../batch/overlay/catalogueState.ts';
import { writeOverlays } from '../batch/overlay/writeOverlays.ts';
import { silentProgress } from '../batch/progress.ts';
import { findFreePort } from '../local/freePort.ts';
import { type NeonProxy, startNeonProxy } from '../local/neon-proxy/startNeonProxy.ts';
import { createTestDatabase, type TestDatabase } from '../local/testing/database.ts';
import { type LocalWorker, startWorker } from '../local/worker/startWorker.ts';
import { UserAnswer } from '../shared/api/recommendation.ts';
import { StatusAnswer } from '../shared/api/status.ts';
import { POINTER_KEY } from '../shared/snapshot/manifest.ts';
import { putKv } from './testing/putKv.ts';
import { fillPostgres } from './testing/samplePostgres.ts';
import { DEFAULTS, TEST_KEY } from './testing/sampleShop.ts';
import { makePointer, makeSnapshot, type SampleSnapshot } from './testing/sampleSnapshot.ts';

/** The Worker as it is deployed, in Cloudflare's runtime, with its own driver and its own KV. */
let worker: LocalWorker;
let proxy: NeonProxy;
let database: TestDatabase;
let folder: string;
let snapshot: SampleSnapshot;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-runtime-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  snapshot = await makeSnapshot(3);
  database = await createTestDatabase();
  stops.push(() => database.drop());
  await fillPostgres(database.url, [snapshot], 3);
  proxy = await startNeonProxy({ postgresUrl: database.url });
  await writeFile(join(folder, 'defaults.json'), JSON.stringify(DEFAULTS));
  worker = await startWorker({
    projectRoot: fileURLToPath(new URL('..', import.meta.url)),
    port: await findFreePort(),
    dataDir: join(folder, 'worker'),
    defaultsPath: join(folder, 'defaults.json'),
    vars: {
      ...{ ID_HASH_KEY: TEST_KEY, ENVIRONMENT: 'local', USER_READS: 'local' },
      DATABASE_URL: database.url,
      NEON_FETCH_ENDPOINT: proxy.fetchEndpoint,
      // A shared machine is slower than a data centre, and this test is not about time.
      ...{ KV_BUDGET_MS: '10000', POSTGRES_BUDGET_MS: '10000', TOTAL_BUDGET_MS: '30000' },
      ...{ POINTER_TTL_MS: '0', BREAKER_MS: '0' },
    },
  });
  stops.push(() => worker.stop());
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const PATH = '/api/v1/personalize/recommendations/user/ayesha?limit=8';
async function read(waitedFor: string | null = null, path = PATH) {
  const response = await fetch(`${worker.url}${path}`);
  expect(response.status).toBe(200);
  if (waitedFor !== null)
    expect(response.headers.get('server-timing')).toMatch(new RegExp(`^io;dur=\\d+${waitedFor}$`));
  return UserAnswer.parse(await response.json());
}
test('one snapshot is answered alike by every store that holds it, until only the defaults are left', async () => {
  const fromPostgres = await read(', kv;dur=\\d+, postgres;dur=\\d+');
  expect(fromPostgres).toMatchObject({ source: 'postgres', snapshot: 3, personal: true });

  await putKv(worker, [...snapshot.values, makePointer(3, null)]);
  const cold = await Promise.all(Array.from({ length: 40 }, () => read()));
  for (const answer of cold) expect(answer).toMatchObject({ source: 'kv', degraded: [] });
  expect(cold[0]?.recommendations).toEqual(fromPostgres.recommendations);
  await read(', kv;dur=\\d+');
  const status = StatusAnswer.parse(await (await fetch(`${worker.url}/api/v1/personalize/status`)).json());
  expect(status).toMatchObject({ status: 'ok', source: 'kv', stores: { kv: { errors: 0, timeouts: 0 } } });

  await fetch(`${worker.kvBaseUrl}/bulk/delete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([...snapshot.values.keys(), POINTER_KEY]),
  });
  const emptied = await read();
  expect(emptied.source).toBe('postgres');
  expect(emptied.recommendations).toEqual(fromPostgres.recommendations);

  await proxy.stop();
  const left = await read();
  expect(left).toMatchObject({ source: 'defaults', personal: false, snapshot: 1 });
  expect(left.recommendations.map((item) => item.product_id)).toEqual(['P-19', 'P-18', 'P-17']);
});

/** Loads orders and products as the batch does, and tells readers, without making a snapshot. */
async function sync(files: { readonly orders?: string; readonly products?: string }): Promise<void> {
  const settings = {
    identity: { idHashKey: TEST_KEY },
    matching: { phoneCountry: null, sharedLimit: 3, junk: [] },
    kv: { baseUrl: worker.kvBaseUrl, apiToken: null, zoneId: null, firstWaitMs: 1 },
  };
  const input: Record<string, { path: string } | string> = { source: 'shopify' };
  for (const [kind, text] of Object.entries(files)) {
    await writeFile(join(folder, `${kind}.csv`), text);
    input[kind] = join(folder, `${kind}.csv`);
  }
  const log = { info: () => undefined, warn: (line: string) => expect.fail(line) };
  const { signal } = new AbortController();
  await ingestFiles(
    { ...input, rejects: null },
    {
      ...{ databaseUrl: database.url, identity: createIdentityRules(settings), log, signal },
      ...{ progress: silentProgress, now: () => Date.UTC(2026, 3, 1) },
    },
  );
  const pool = createPool(database.url);
  try {
    await writeOverlays({ pool, config: settings, log, sleep: async () => undefined, signal });
  } finally {
    await pool.end();
  }
}

test('what a sync finds is answered without a batch: sold out, just bought, and bought by someone new', async () => {
  const pool = createPool(database.url);
  const catalogue = encodeCatalogueState(await inTransaction(pool, readCatalogueState));
  await pool.query(`DELETE FROM orders`);
  await pool.query(
    `UPDATE snapshots SET data_until = '2026-02-28', last_order_number = 1000, catalogue = $1`,
    [catalogue],
  );
  // The source that is synced below is where the shop's products and customers came from.
  await pool.query(`INSERT INTO product_alias (source, source_id, product_id)
    SELECT 'shopify', product_id, product_id FROM products ON CONFLICT DO NOTHING`);
  await pool.query(`INSERT INTO customer_alias VALUES ('shopify', 'ayesha', 'ayesha')`);
  await pool.end();
  await putKv(worker, [...snapshot.values, makePointer(3, null)]);
  const listOf = async (path: string) =>
    (await read(null, path)).recommendations.map((item) => item.product_id);
  const before = await listOf(PATH);
  expect(before.slice(0, 3)).toEqual(['P-11', 'P-2', 'P-13']);
  expect(await read(null, '/api/v1/personalize/recommendations/user/zoe')).toMatchObject({ personal: false });

  await sync({ products: 'product_id,available\nP-13,no\n' });
  expect(await listOf(PATH)).not.toContain('P-13');
  const header = 'order_id,ordered_at,customer_id,product_id,quantity,price,status\n';
  const orders = `${header}n1,2026-03-20,ayesha,P-2,1,9,\nn2,2026-03-21,zoe,P-1,1,9,`;
  await sync({ orders: `${orders}\n` });
  expect(await listOf(PATH)).not.toContain('P-2');
  const [own, asked] = ['zoe', 'zoe?id_source=shopify'].map(
    (who) => `/api/v1/personalize/recommendations/user/${who}`,
  );
  for (const path of [own, asked]) {
    const answer = await read(null, path);
    // What goes with the mattress she bought, which itself is not shown again.
    expect(answer.personal).toBe(true);
    expect(answer.recommendations[0]?.product_id).toBe('P-2');
  }
  await sync({ orders: `${orders}cancelled\n`, products: 'product_id,available\nP-13,yes\n' });
  expect(await read(null, own)).toMatchObject({ personal: false });
  expect(await listOf(PATH)).toContain('P-13');
});
