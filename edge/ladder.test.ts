import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNeonProxy } from '../local/neon-proxy/startNeonProxy.ts';
import { createTestDatabase } from '../local/testing/database.ts';
import { PairsAnswer } from '../shared/api/pairs.ts';
import { type RecommendationList, UserAnswer } from '../shared/api/recommendation.ts';
import { StatusAnswer } from '../shared/api/status.ts';
import { RECENT_KEY } from '../shared/overlay/recent.ts';
import { manifestKey, POINTER_KEY } from '../shared/snapshot/manifest.ts';
import { systemClock } from './clock.ts';
import { type Ask, edgeOf, FORGETFUL, PATIENT } from './testing/askEdge.ts';
import { breakable, type Fault, type FaultyKv, mapKv } from './testing/faultyKv.ts';
import { startHangingServer } from './testing/hangingServer.ts';
import { fillPostgres } from './testing/samplePostgres.ts';
import { AYESHA } from './testing/sampleShop.ts';
import { makePointer, makeSnapshot, type SampleSnapshot } from './testing/sampleSnapshot.ts';

const P = '/api/v1/personalize/recommendations';
const READS = [
  `${P}/user/ayesha?limit=12`,
  `${P}/user/bilal?exclude_bought=1`,
  `${P}/user/nobody?city=Lahore&exclude=P-10`,
  `${P}/ayesha`,
  `${P}/item-affinity/ayesha`,
  `${P}/similar/P-1`,
  `${P}/similar/none?category=Pillows`,
  `${P}/by-location?province=Punjab&city=Lahore`,
  `${P}/popular?category=Bedding`,
];
const PAIRS_READ = '/api/v1/analytics/collaborative-pairs?product_id=P-1';

let live: SampleSnapshot;
let previous: SampleSnapshot;
let fromPostgres: Record<string, string>;
let hanging: Awaited<ReturnType<typeof startHangingServer>>;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  live = await makeSnapshot(2);
  // Nobody is in the previous snapshot's lists but ayesha: its parts differ from the live ones.
  previous = await makeSnapshot(1, { ayesha: { ...AYESHA, items: [12], own: 1 } });
  const database = await createTestDatabase();
  await fillPostgres(database.url, [previous, live], 2);
  const proxy = await startNeonProxy({ postgresUrl: database.url });
  hanging = await startHangingServer();
  stops.push(
    () => hanging.stop(),
    () => proxy.stop(),
    () => database.drop(),
  );
  fromPostgres = { DATABASE_URL: database.url, NEON_FETCH_ENDPOINT: proxy.fetchEndpoint };
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

const kvWith = (...snapshots: SampleSnapshot[]): FaultyKv => {
  const pointer = makePointer(2, snapshots.includes(previous) ? 1 : null);
  return breakable(mapKv(new Map([...snapshots.flatMap(({ values }) => [...values]), pointer])));
};

async function read(ask: Ask, path: string): Promise<RecommendationList> {
  const { status, text } = await ask(path);
  expect(status, text).toBe(200);
  return UserAnswer.omit({ user_id: true }).parse(JSON.parse(text));
}
const content = ({ recommendations, personal, fallback, snapshot, generated_at }: RecommendationList) => ({
  ...{ recommendations, personal, fallback, snapshot, generated_at },
});

describe('the same requests', () => {
  test('answer from Postgres with the same lists when KV is empty, and say so', async () => {
    const fromKv = edgeOf({ kv: kvWith(live) });
    const ask = edgeOf({ kv: mapKv(new Map()), env: { ...PATIENT, ...fromPostgres } });
    for (const path of READS) {
      const expected = await read(fromKv, path);
      const answer = await read(ask, path);
      expect(content(answer), path).toEqual(content(expected));
      expect([expected.source, answer.source], path).toEqual(['kv', 'postgres']);
      expect(answer.degraded.map(({ source }) => source)).not.toContain('defaults');
    }
    expect((await ask('/health')).text).toContain('answers come from postgres');
    const pairs = PairsAnswer.parse(JSON.parse((await ask(PAIRS_READ)).text));
    expect(pairs).toMatchObject({ source: 'postgres', snapshot: 2 });
    expect(pairs.pairs).toEqual(PairsAnswer.parse(JSON.parse((await fromKv(PAIRS_READ)).text)).pairs);
  });

  test('answer from the bundled defaults when Postgres is gone too, and say so', async () => {
    const env = { ...FORGETFUL, ...fromPostgres, NEON_FETCH_ENDPOINT: 'http://127.0.0.1:9/sql' };
    const ask = edgeOf({ kv: mapKv(new Map()), env });
    for (const path of READS) {
      const answer = await read(ask, path);
      expect(answer.source, path).toBe('defaults');
      expect(answer.generated_at).toBe('2026-01-01T00:00:00.000Z');
      expect(answer.recommendations.length, path).toBeGreaterThan(0);
      expect(answer.degraded.length, path).toBeGreaterThan(0);
    }
    const near = await read(ask, `${P}/by-location?province=Punjab&limit=2`);
    expect(near.recommendations.map((item) => [item.product_id, item.step])).toEqual([
      ['P-17', 'popular_in_province'],
      ['P-19', 'popular_overall'],
    ]);
  });

  test('take the very next step for the one part that fails', async () => {
    const usersPart = live.manifest.tables.users.map(({ key }) => key);
    const kv = kvWith(live, previous);
    kv.fault = (key) => (usersPart.includes(key) ? 'corrupt' : null);
    const answer = await read(edgeOf({ kv }), `${P}/user/ayesha?limit=2`);
    expect(answer).toMatchObject({ source: 'kv_previous', snapshot: 1, personal: true });
    expect(answer.degraded).toEqual([{ part: 'users', source: 'kv_previous' }]);
    expect(answer.recommendations[0]?.product_id).toBe('P-12');
  });

  test('follow a manifest that was written again once a part of the old one is gone', async () => {
    const values = new Map(live.values);
    values.set(...makePointer(2, null));
    const ask = edgeOf({ kv: mapKv(values) });
    await read(ask, `${P}/popular?limit=1`);
    const users = live.manifest.tables.users.map((ref) => ({ ...ref, key: `${ref.key}-repaired` }));
    for (const { key } of users)
      values.set(key, values.get(key.replace('-repaired', '')) ?? new Uint8Array());
    for (const { key } of live.manifest.tables.users) values.delete(key);
    const repaired = { ...live.manifest, tables: { ...live.manifest.tables, users } };
    values.set(manifestKey(2), new TextEncoder().encode(JSON.stringify(repaired)));
    expect((await read(ask, `${P}/user/ayesha?limit=1`)).personal).toBe(false);
    expect((await read(ask, `${P}/user/ayesha?limit=1`)).personal).toBe(true);
  });

  test('read Postgres for the snapshot the pointer names, else for the live one', async () => {
    const env = { ...PATIENT, ...fromPostgres };
    const manifests = [1, 2].map(manifestKey);
    for (const [named, expected] of [
      [1, 1],
      [2, 2],
      [7, 2],
    ] as const) {
      const kv = breakable(mapKv(new Map([makePointer(named, null)])));
      kv.fault = (key) => (manifests.includes(key) ? 'missing' : null);
      expect(await read(edgeOf({ kv, env }), READS[0] as string)).toMatchObject({
        source: 'postgres',
        snapshot: expected,
      });
    }
  });
});

describe('while KV is out, Postgres', () => {
  const ids = ({ recommendations }: RecommendationList) => recommendations.map((item) => item.product_id);
  const env = () => ({ ...PATIENT, ...fromPostgres });

  test('knows customers and products by what other systems call them', async () => {
    const ask = edgeOf({ kv: mapKv(new Map()), env: env() });
    const own = ids(await read(ask, `${P}/user/ayesha?limit=3`));
    expect(ids(await read(ask, `${P}/user/601?limit=3`))).toEqual(own);
    expect(ids(await read(ask, `${P}/user/601?id_source=shopify&limit=3`))).toEqual(own);
    const bilal = ids(await read(ask, `${P}/user/bilal?limit=3`));
    expect(ids(await read(ask, `${P}/user/ayesha?id_source=till&limit=3`))).toEqual(bilal);
    expect(await read(ask, `${P}/user/17`)).toMatchObject({ personal: false });
    expect(await read(ask, `${P}/user/ayesha?id_source=elsewhere`)).toMatchObject({ personal: false });
    const similar = ids(await read(ask, `${P}/similar/P-1?limit=3`));
    expect(ids(await read(ask, `${P}/similar/9001?limit=3`))).toEqual(similar);
    expect(ids(await read(ask, `${P}/similar/9001?id_source=shopify&limit=3`))).toEqual(similar);
    expect(ids(await read(ask, `${P}/similar/P-2?id_source=till&limit=1`))).toEqual(['P-4']);
  });

  test('is asked what a customer just bought when the document of recent orders cannot be read', async () => {
    const kv = kvWith(live);
    kv.fault = (key) => (key === RECENT_KEY ? 'error' : null);
    const ask = edgeOf({ kv, env: env() });
    for (const path of [`${P}/user/ayesha?limit=2`, `${P}/user/601?id_source=shopify&limit=2`]) {
      const answer = await read(ask, path);
      expect(ids(answer), path).toEqual(['P-2', 'P-13']);
      expect(answer).toMatchObject({ source: 'kv', degraded: [{ part: 'recent', source: 'postgres' }] });
    }
    expect(await read(ask, `${P}/user/nobody`)).toMatchObject({ personal: false });
    // Ayesha bought 11; whom another system calls so has bought nothing.
    expect(ids(await read(ask, `${P}/user/ayesha?id_source=elsewhere&limit=12`))).toContain('P-11');
  });

  test('is not asked for ids that it can hold none of', async () => {
    const ask = edgeOf({ kv: mapKv(new Map()), env: env() });
    const readsFor = async (id: string) => {
      const reads = async () =>
        StatusAnswer.parse(JSON.parse((await ask('/api/v1/personalize/status')).text)).stores.postgres.reads;
      const before = await reads();
      const body = JSON.stringify({ user_id: id, event: 'get_recommendations' });
      expect((await ask('/submit?id_source=till', { method: 'POST', body })).status).toBe(200);
      return (await reads()) - before;
    };
    await readsFor('warm');
    const [known, zero, half] = [await readsFor('x'), await readsFor('x\0'), await readsFor('x\ud800')];
    expect([zero, half]).toEqual([known - 1, known - 1]);
  });

  test('is asked for a list or a card once a minute by an isolate', async () => {
    let now = 1_000_000;
    const clock = { ...systemClock, now: () => now };
    const ask = edgeOf({ kv: mapKv(new Map()), env: { ...env(), POINTER_TTL_MS: '600000' }, clock });
    const reads = async () =>
      StatusAnswer.parse(JSON.parse((await ask('/api/v1/personalize/status')).text)).stores.postgres.reads;
    const paths = [`${P}/similar/P-1?limit=12`, `${P}/popular?category=Bedding`, `${P}/trending`, PAIRS_READ];
    for (const path of paths) await ask(path);
    const before = await reads();
    for (const path of paths) expect((await ask(path)).status).toBe(200);
    expect(await reads()).toBe(before);
    now += 60_000;
    await ask(paths[0] ?? '');
    expect(await reads()).toBeGreaterThan(before);
  });
});

describe('an unknown id', () => {
  test('does not open Postgres while KV is healthy', async () => {
    const ask = edgeOf({ kv: kvWith(live), env: { ...PATIENT, ...fromPostgres } });
    for (let i = 0; i < 50; i++) {
      await read(ask, `${P}/user/random-${i}`);
      await read(ask, `${P}/similar/random-${i}`);
    }
    const status = StatusAnswer.parse(JSON.parse((await ask('/api/v1/personalize/status')).text));
    expect(status.stores.postgres).toMatchObject({ state: 'ok', reads: 0 });
  });

  test('is asked of Postgres once, and at most so many a second, while KV is empty', async () => {
    const env = { ...PATIENT, ...fromPostgres, POSTGRES_PERSONS_PER_SECOND: '3', POINTER_TTL_MS: '60000' };
    const clock = { ...systemClock, now: () => 1_000_000 };
    const ask = edgeOf({ kv: mapKv(new Map()), env, clock });
    const readsNow = async () =>
      StatusAnswer.parse(JSON.parse((await ask('/api/v1/personalize/status')).text)).stores.postgres.reads;
    const nobody = `${P}/user/nobody?limit=1`;
    expect(await read(ask, nobody)).toMatchObject({ source: 'postgres', fallback: 'popular_overall' });
    const first = await readsNow();
    await read(ask, nobody);
    // Neither the customer nor the popular list and its cards again.
    expect((await readsNow()) - first).toBe(0);
    for (let i = 0; i < 2; i++) await read(ask, `${P}/user/random-${i}`);
    expect(await read(ask, `${P}/user/ayesha?limit=1`)).toMatchObject({
      personal: false,
      source: 'postgres',
      degraded: expect.arrayContaining([{ part: 'users', source: 'defaults' }]),
    });
  });
});

const FAULTS: readonly (Fault | 'fine')[] = ['fine', 'missing', 'corrupt', 'error', 'hanging'];
const QUICK = { KV_BUDGET_MS: '15', TOTAL_BUDGET_MS: '20000' };

describe.each(['fine', 'error', 'hanging', 'off'] as const)('with Postgres %s', (postgres) => {
  const env = () => ({
    ...FORGETFUL,
    ...QUICK,
    POSTGRES_BUDGET_MS: postgres === 'hanging' ? '15' : '15000',
    ...(postgres === 'off' ? {} : fromPostgres),
    ...(postgres === 'error' ? { NEON_FETCH_ENDPOINT: 'http://127.0.0.1:9/sql' } : {}),
    ...(postgres === 'hanging' ? { NEON_FETCH_ENDPOINT: hanging.url } : {}),
  });

  test.each(FAULTS)('no fault of any part of KV is an error for a shopper: pointer %s', async (pointer) => {
    for (const table of ['users', 'similar', 'popular', 'product_index', 'catalogue'] as const) {
      for (const fault of FAULTS) {
        const parts = live.manifest.tables[table].map(({ key }) => key);
        const kv = kvWith(live);
        kv.fault = (key) => {
          const wanted = key === POINTER_KEY ? pointer : parts.includes(key) ? fault : 'fine';
          return wanted === 'fine' ? null : wanted;
        };
        const path =
          table === 'product_index' || table === 'similar' ? `${P}/similar/P-1` : `${P}/user/ayesha?limit=12`;
        const answer = await read(edgeOf({ kv, env: env() }), path);
        const healthy = pointer === 'fine' && fault === 'fine';
        const label = `${path}: pointer ${pointer}, ${table} ${fault}`;
        expect(answer.recommendations.length, label).toBeGreaterThan(0);
        if (healthy) expect([answer.source, answer.degraded], label).toEqual(['kv', []]);
        if (pointer !== 'fine' && postgres === 'off') expect(answer.source, label).toBe('defaults');
      }
    }
  });
});

describe('slow stores', () => {
  test('are not waited for longer than the budgets allow, all together', async () => {
    let clock = virtualClock();
    const kv = kvWith(live);
    kv.fault = () => 'hanging';
    const env = { ...FORGETFUL, ...fromPostgres, NEON_FETCH_ENDPOINT: hanging.url };
    for (const path of READS) {
      clock = virtualClock();
      expect(await read(edgeOf({ kv, env, clock }), path)).toMatchObject({ source: 'defaults' });
      expect(clock.now(), path).toBeLessThanOrEqual(600);
    }
  });

  test('are left alone for a while after three failures, and asked again later', async () => {
    let now = 1_000_000;
    const clock = { now: () => now, after: () => () => undefined };
    const kv = kvWith(live);
    kv.fault = () => 'error';
    const ask = edgeOf({ kv, clock, env: { ...FORGETFUL, BREAKER_MS: '5000' } });
    for (let i = 0; i < 6; i++) await read(ask, `${P}/popular`);
    expect(kv.asked).toHaveLength(3);
    const status = StatusAnswer.parse(JSON.parse((await ask('/api/v1/personalize/status')).text));
    expect(status.stores.kv).toMatchObject({
      state: 'skipped',
      errors: 3,
      last_error: 'error: KV GET failed: 503',
    });
    kv.fault = () => null;
    expect(await read(ask, `${P}/popular`)).toMatchObject({ source: 'defaults' });
    now += 5_000;
    expect(await read(ask, `${P}/popular`)).toMatchObject({ source: 'kv', degraded: [] });
  });

  test('do not take away what the isolate already holds', async () => {
    const kv = kvWith(live);
    const ask = edgeOf({ kv });
    await read(ask, `${P}/user/ayesha`);
    kv.fault = () => 'error';
    expect(await read(ask, `${P}/user/ayesha`)).toMatchObject({
      source: 'kv',
      personal: true,
      // What changes between snapshots may have changed meanwhile.
      degraded: [
        { part: 'availability', source: 'stale' },
        { part: 'recent', source: 'stale' },
      ],
    });
  });
});

/** Time that passes only while everybody waits: waits of equal length end together. */
function virtualClock() {
  let now = 0;
  const waiting = new Map<number, { due: number; call: () => void }>();
  let last = 0;
  let ticking = false;
  function tick() {
    ticking = true;
    setTimeout(() => {
      ticking = false;
      const next = [...waiting].sort(([, a], [, b]) => a.due - b.due)[0];
      if (next === undefined) return;
      const [id, { due, call }] = next;
      waiting.delete(id);
      now = Math.max(now, due);
      call();
      tick();
    }, 5);
  }
  return {
    now: () => now,
    after(ms: number, call: () => void) {
      const id = ++last;
      waiting.set(id, { due: now + ms, call });
      if (!ticking) tick();
      return () => waiting.delete(id);
    },
  };
}
