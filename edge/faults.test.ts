import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pMap from 'p-map';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../local/freePort.ts';
import { startNeonProxy } from '../local/neon-proxy/startNeonProxy.ts';
import { createTestDatabase } from '../local/testing/database.ts';
import { type LocalWorker, startWorker } from '../local/worker/startWorker.ts';
import { RecommendationList } from '../shared/api/recommendation.ts';
import {
  DRILL_FAULTS,
  DRILL_HEADER,
  DRILL_STORES,
  type DrillFault,
  type DrillFaults,
} from '../shared/rules/drillFaults.ts';
import { RULES_KEY } from '../shared/rules/rulesDocument.ts';
import { signDrill } from './drill/drillTicket.ts';
import { ADMINISTERED } from './testing/askService.ts';
import { putKv } from './testing/putKv.ts';
import { fillPostgres } from './testing/samplePostgres.ts';
import { AYESHA, DEFAULTS } from './testing/sampleShop.ts';
import { makePointer, makeSnapshot } from './testing/sampleSnapshot.ts';

/** The Worker in Cloudflare's runtime, with its own driver, KV and a real PostgreSQL; faults by signed drills. */
let worker: LocalWorker;
let patient: LocalWorker;
const stops: (() => Promise<unknown>)[] = [];
const DRILL_KEY = ADMINISTERED.DRILL_KEY;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'edge-faults-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const previous = await makeSnapshot(1, { ayesha: { ...AYESHA, items: [12], own: 1 } });
  const live = await makeSnapshot(2);
  const database = await createTestDatabase();
  stops.push(() => database.drop());
  await fillPostgres(database.url, [previous, live], 2);
  await hideInPostgres(database.url);
  const proxy = await startNeonProxy({ postgresUrl: database.url });
  stops.push(() => proxy.stop());
  const defaultsPath = join(folder, 'defaults.json');
  await writeFile(defaultsPath, JSON.stringify(DEFAULTS));
  const start = async (name: string, budgets: Record<string, string>) => {
    const started = await startWorker({
      projectRoot: fileURLToPath(new URL('..', import.meta.url)),
      port: await findFreePort(),
      dataDir: join(folder, name),
      defaultsPath,
      vars: {
        ...ADMINISTERED,
        ...budgets,
        DATABASE_URL: database.url,
        NEON_FETCH_ENDPOINT: proxy.fetchEndpoint,
      },
    });
    stops.push(() => started.stop());
    await putKv(started, [...previous.values, ...live.values, makePointer(2, 1)]);
    return started;
  };
  // Enough for what is fine on a busy machine; what hangs costs this much.
  worker = await start('short', { KV_BUDGET_MS: '120', POSTGRES_BUDGET_MS: '250', TOTAL_BUDGET_MS: '400' });
  patient = await start('default', {
    KV_BUDGET_MS: '150',
    POSTGRES_BUDGET_MS: '400',
    TOTAL_BUDGET_MS: '600',
  });
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** P-6 leads the popular list and must never be seen; only Postgres knows it at first. */
async function hideInPostgres(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const rule = { effect: 'hide', target: { products: ['P-6'] } };
  const applied = {
    ...{ effect: 'hide', category: null, amount: 0, placements: null, in_category: null, province: null },
    ...{ from: null, until: null },
  };
  await client.query(`SELECT change_rule('test', 'operator', 0, 'r', $1, $2, true)`, [rule, applied]);
  await client.end();
}

const P = '/api/v1/personalize/recommendations';
const READS = [`${P}/user/ayesha?limit=12`, `${P}/similar/P-1`, `${P}/popular?category=Bedding`];

async function ask(path: string, faults: DrillFaults, of = worker) {
  const ticket = await signDrill(DRILL_KEY, faults, Math.floor(Date.now() / 1000) + 300);
  const started = performance.now();
  const response = await fetch(`${of.url}${path}`, { headers: { [DRILL_HEADER]: ticket } });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, ms: performance.now() - started };
}

/** Stores that can have given no list at all. */
function impossible({ pointer = 'fine', shard = 'fine', postgres = 'fine' }: DrillFaults): string[] {
  const broken = (fault: DrillFault) => !['fine', 'slow', 'stale'].includes(fault);
  return [
    ...(broken(pointer) || broken(shard) ? ['kv', 'kv_previous'] : []),
    ...(broken(postgres) ? ['postgres'] : []),
  ];
}

/** Whether KV or Postgres can still tell the rules. */
function hasRules({ rules = 'fine', postgres = 'fine' }: DrillFaults): boolean {
  return [rules, postgres].some((fault) => ['fine', 'slow', 'stale'].includes(fault));
}

async function expectTrue(path: string, faults: DrillFaults): Promise<void> {
  let answer = await ask(path, faults);
  // On a busy machine what is fine may be too late now and then; what is broken stays so.
  for (let i = 0; i < 4 && hasRules(faults) && !answer.text.includes('"rules":"live"'); i++)
    answer = await ask(path, faults);
  const { status, text, headers } = answer;
  const label = `${path} ${JSON.stringify(faults)}: ${text}`;
  expect(status, label).toBe(200);
  const list = RecommendationList.parse(JSON.parse(text));
  expect(list.recommendations.length, label).toBeGreaterThan(0);
  expect(impossible(faults), label).not.toContain(list.source);
  if (list.source !== 'kv') expect(list.degraded.length, label).toBeGreaterThan(0);
  // Each request meets a fresh isolate: it knows the newest rules that can be reached, or those of the deploy.
  expect(list.rules, label).toBe(hasRules(faults) ? 'live' : 'bundled');
  if (list.rules === 'live') expect(text, label).not.toContain('"P-6"');
  if (list.source === 'defaults') expect(list.generated_at, label).toBe(DEFAULTS.generated_at);
  if (list.source === 'postgres') expect(list.snapshot, label).toBeGreaterThan(0);
  // Sold out, and postage: not even on the worst day.
  for (const { product_id } of list.recommendations) expect(['P-5', 'P-20'], label).not.toContain(product_id);
  expect(headers.get('cache-control'), label).toBe('no-store');
}

test('KV that lacks the rules gets them from whoever reads Postgres first', async () => {
  for (const { url, kvBaseUrl } of [worker, patient]) {
    const key = `${kvBaseUrl}/values/${encodeURIComponent(RULES_KEY)}`;
    await fetch(key, { method: 'DELETE' });
    const list = await (await fetch(`${url}${READS[2]}`)).text();
    expect(list).not.toContain('"P-6"');
    await expect.poll(async () => (await fetch(key)).status).toBe(200);
  }
});

const PAIRS = DRILL_STORES.flatMap((a, i) =>
  DRILL_STORES.slice(i + 1).flatMap((b) =>
    DRILL_FAULTS.flatMap((x) => DRILL_FAULTS.map((y): DrillFaults => ({ [a]: x, [b]: y }))),
  ),
);

test('no pair of faults is an error for a shopper, or a lie about where the answer comes from', async () => {
  expect(PAIRS).toHaveLength(640);
  await pMap(PAIRS, (faults, i) => expectTrue(READS[i % READS.length] ?? '', faults), { concurrency: 6 });
}, 300_000);

const THREE = ['fine', 'error', 'hanging'] as const;

test('nor are pointer, shards and Postgres failing together', async () => {
  const all = THREE.flatMap((pointer) =>
    THREE.flatMap((shard) => THREE.map((postgres) => ({ pointer, shard, postgres }))),
  );
  await pMap(
    all.flatMap((faults) => READS.map((path) => ({ path, faults }))),
    ({ path, faults }) => expectTrue(path, faults),
    {
      concurrency: 6,
    },
  );
});

test('with every store hanging an answer comes within 700 ms', async () => {
  const faults = Object.fromEntries(DRILL_STORES.map((store) => [store, 'hanging' as const]));
  for (const path of READS) {
    const times = [];
    for (let i = 0; i < 5; i++) {
      const { status, text, ms } = await ask(path, faults, patient);
      expect(status, text).toBe(200);
      expect(JSON.parse(text)).toMatchObject({ source: 'defaults' });
      times.push(ms);
    }
    // The best of five: the machine may be busy, the budgets are not.
    expect(Math.min(...times), path).toBeLessThan(700);
  }
});

test('a drill touches no other request, and a ticket that is not ours is none', async () => {
  const fine = await fetch(`${worker.url}${READS[0]}`);
  expect(await fine.json()).toMatchObject({ source: 'kv', degraded: [] });
  const forged = await signDrill(
    'another-key-of-at-least-32-characters',
    { pointer: 'error' },
    Date.now() / 1000 + 60,
  );
  const over = await signDrill(DRILL_KEY, { pointer: 'error' }, Math.floor(Date.now() / 1000) - 60);
  const long = await signDrill(DRILL_KEY, { pointer: 'error' }, Math.floor(Date.now() / 1000) + 7200);
  for (const ticket of [forged, over, long, 'nonsense']) {
    const answer = await fetch(`${worker.url}${READS[0]}`, { headers: { [DRILL_HEADER]: ticket } });
    expect(await answer.json(), ticket).toMatchObject({ source: 'kv' });
  }
});

test('the hourly look runs in the runtime as it is deployed', async () => {
  const key = `${worker.kvBaseUrl}/values/${encodeURIComponent(RULES_KEY)}`;
  await fetch(key, { method: 'DELETE' });
  const triggered = await fetch(`${worker.url}/cdn-cgi/handler/scheduled?cron=7+*+*+*+*`);
  expect(triggered.status).toBe(200);
  await expect.poll(async () => (await fetch(key)).status).toBe(200);
});
