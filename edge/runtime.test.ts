import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../local/freePort.ts';
import { type NeonProxy, startNeonProxy } from '../local/neon-proxy/startNeonProxy.ts';
import { createTestDatabase } from '../local/testing/database.ts';
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
let snapshot: SampleSnapshot;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'edge-runtime-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  snapshot = await makeSnapshot(3);
  const database = await createTestDatabase();
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
async function read(waitedFor?: string) {
  const response = await fetch(`${worker.url}${PATH}`);
  expect(response.status).toBe(200);
  if (waitedFor)
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
