import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startNeonProxy } from '../../local/neon-proxy/startNeonProxy.ts';
import { createTestDatabase } from '../../local/testing/database.ts';
import { RULES_KEY } from '../../shared/rules/rulesDocument.ts';
import { manifestKey, POINTER_KEY, partKey } from '../../shared/snapshot/manifest.ts';
import { systemClock } from '../clock.ts';
import { ADMINISTERED, type AskService, as, MemoryKv, serviceOf } from '../testing/askService.ts';
import { fillPostgres } from '../testing/samplePostgres.ts';
import { makePointer, makeSnapshot } from '../testing/sampleSnapshot.ts';

const RULES = '/api/v1/admin/rules';
const SNAPSHOTS = '/api/v1/admin/snapshots';
const READ = '/api/v1/personalize/recommendations';

let client: pg.Client;
let kv: MemoryKv;
let env: Record<string, string>;
let ask: AskService;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const database = await createTestDatabase();
  const [previous, live] = [await makeSnapshot(1), await makeSnapshot(2)];
  await fillPostgres(database.url, [previous, live], 2);
  const proxy = await startNeonProxy({ postgresUrl: database.url });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    'UPDATE live_pointer SET previous_snapshot_id = 1, generation = 2, published_at = now()',
  );
  kv = new MemoryKv();
  for (const [key, value] of [...previous.values, ...live.values, makePointer(2, 1)])
    kv.values.set(key, value);
  env = { ...ADMINISTERED, DATABASE_URL: database.url, NEON_FETCH_ENDPOINT: proxy.fetchEndpoint };
  ask = serviceOf({ env, kv, adminKv: kv });
  stops.push(
    () => client.end(),
    () => proxy.stop(),
    () => database.drop(),
  );
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

async function version(): Promise<number> {
  const { headers } = await ask(RULES, as('viewer'));
  return Number(JSON.parse(headers.get('etag') ?? '""'));
}
const hide = (product: string) => ({ effect: 'hide', target: { products: [product] } });

describe('who may administer', () => {
  test('is known by a token, and may do what the role allows', async () => {
    expect((await ask('/api/v1/admin/whoami', as('viewer'))).json).toEqual({
      name: 'the viewer',
      role: 'viewer',
    });
    expect(await ask(RULES)).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
    const body = hide('P-6');
    expect(await ask(RULES, as('viewer', { body, version: 0 }))).toMatchObject({ status: 403 });
    expect(await ask(`${SNAPSHOTS}/rollback`, as('merchandiser', { body: {} }))).toMatchObject({
      status: 403,
    });
  });

  test('waits after five wrong tokens, and nobody else does', async () => {
    const other = serviceOf({ env, kv, adminKv: kv });
    const from = (ip: string, token: string) =>
      other(RULES, { headers: { authorization: `Bearer ${token}`, 'cf-connecting-ip': ip } });
    const right = 'viewer-token-of-many-characters-0001';
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await from('192.0.2.1', `guess-${i}`));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(answers[5]?.headers.get('retry-after')).toBe('60');
    expect((await from('192.0.2.1', right)).status).toBe(429);
    expect((await from('192.0.2.2', right)).status).toBe(200);
  });
});

describe('rules', () => {
  test('are saved against the version seen, mirrored, audited, and hold in the next answer', async () => {
    const seen = await version();
    const saved = await ask(RULES, as('merchandiser', { body: hide('P-6'), version: seen }));
    expect(saved).toMatchObject({
      status: 201,
      json: { version: seen + 1, mirror: 'written', unknown_products: [] },
    });
    expect(kv.json(RULES_KEY)).toMatchObject({ version: seen + 1, rules: [{ effect: 'hide', items: [6] }] });
    const popular = await ask(`${READ}/popular?limit=20`);
    expect(popular.text).not.toContain('"P-6"');
    expect(popular.json).toMatchObject({ rules: 'live' });

    const stale = await ask(RULES, as('merchandiser', { body: hide('P-7'), version: seen }));
    expect(stale).toMatchObject({ status: 412, json: { code: 'version_conflict' } });
    expect(await ask(RULES, as('merchandiser', { body: hide('P-7') }))).toMatchObject({ status: 428 });

    const id = (saved.json as { id: string }).id;
    const changed = { effect: 'pin', target: { products: ['P-7', 'nobody'] }, position: 1 };
    const put = await ask(
      `${RULES}/${id}`,
      as('merchandiser', { method: 'PUT', body: changed, version: seen + 1 }),
    );
    expect(put).toMatchObject({ status: 200, json: { unknown_products: ['nobody'] } });
    const gone = await ask(`${RULES}/${id}`, as('merchandiser', { method: 'DELETE', version: seen + 2 }));
    expect(gone.status).toBe(200);
    expect(
      await ask(`${RULES}/${id}`, as('merchandiser', { method: 'DELETE', version: seen + 3 })),
    ).toMatchObject({
      status: 404,
    });
    const { entries } = (await ask('/api/v1/admin/audit?limit=3', as('viewer'))).json as {
      entries: { actor: string; action: string; before: unknown; after: unknown }[];
    };
    expect(
      entries.map(({ actor, action, before, after }) => [actor, action, before === null, after === null]),
    ).toEqual([
      ['the merchandiser', 'rule.delete', false, true],
      ['the merchandiser', 'rule.update', false, false],
      ['the merchandiser', 'rule.create', true, false],
    ]);
    await expect(client.query('DELETE FROM admin_audit')).rejects.toThrow('only ever added to');
  });

  test.each([
    [{ effect: 'hide' }, 'target'],
    [{ effect: 'pin', target: { category: 'Pillows' }, position: 1 }, 'target'],
    [
      { ...hide('P-1'), valid_from: '2026-02-01T00:00:00Z', valid_until: '2026-01-01T00:00:00Z' },
      'valid_until',
    ],
    [{ ...hide('P-1'), placements: ['front'] }, 'placements'],
  ])('that say nothing sensible are refused: %j', async (body, parameter) => {
    const answer = await ask(RULES, as('merchandiser', { body, version: 0 }));
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_parameter', parameter } });
  });

  test('Postgres could not keep are refused, and unknown ids are unknown, whatever they hold', async () => {
    for (const note of ['\0', '\ud800']) {
      const answer = await ask(RULES, as('merchandiser', { body: { ...hide('P-1'), note }, version: 0 }));
      expect(answer).toMatchObject({ status: 400, json: { parameter: 'note' } });
    }
    for (const id of ['nobody', '%00', 'x'.repeat(300)]) {
      const change = { method: 'PUT', body: hide('P-1'), version: await version() };
      expect(await ask(`${RULES}/${id}`, as('merchandiser', change)), id).toMatchObject({ status: 404 });
    }
  });

  test('too large or too deep a body is refused before it is read as a whole', async () => {
    const large = await ask(RULES, as('merchandiser', { body: 'x'.repeat(70_000), version: 0 }));
    expect(large).toMatchObject({ status: 413, json: { code: 'too_large' } });
    const deep = { ...as('merchandiser'), method: 'POST', body: `${'['.repeat(50)}${']'.repeat(50)}` };
    expect(await ask(RULES, deep)).toMatchObject({ status: 400, json: { parameter: 'body' } });
  });

  test('show what they would change before they are saved', async () => {
    const preview = (rule: unknown) => ask(`${RULES}/preview`, as('viewer', { body: { rule } }));
    const nothing = await preview({ ...hide('P-6'), valid_from: '2099-01-01T00:00:00Z' });
    expect(nothing.json).toMatchObject({
      snapshot: 2,
      lists: { sampled: 2, changed: 0, share: 0 },
      popular_places: { changed: 0 },
    });
    // Ayesha has P-11; P-18 is what Sindh's city list and the overall list hold.
    expect((await preview(hide('P-11'))).json).toMatchObject({
      lists: { sampled: 2, changed: 1, share: 0.5 },
    });
    const pillows = { effect: 'bury', target: { category: 'Pillows' }, province: 'Punjab' };
    expect((await preview(pillows)).json).toMatchObject({ lists: { changed: 1 } });
    expect((await preview(hide('nobody'))).json).toMatchObject({
      unknown_products: ['nobody'],
      lists: { changed: 0 },
    });
  });

  test('lost from KV are repaired by the hourly look', async () => {
    await ask(RULES, as('merchandiser', { body: hide('P-9'), version: await version() }));
    kv.values.delete(RULES_KEY);
    await ask.service.scheduled();
    expect(kv.json(RULES_KEY)).toMatchObject({ version: await version(), rules: [{ items: [9] }] });
  });

  test('that KV does not take are not blamed on Postgres', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const down = { get: () => Promise.reject(new Error('503')), put: () => Promise.reject(new Error('503')) };
    await serviceOf({ env, kv, adminKv: down }).service.scheduled();
    const said = log.mock.calls.map(([line]) => JSON.parse(String(line))).find(({ t }) => t === 'hourly');
    log.mockRestore();
    expect(said).toEqual({ t: 'hourly', alarms: ['no_live_snapshot'], mirror: 'unknown' });
  });
});

test('a drill of the whole shop reaches every request, and is over by itself', async () => {
  let now = Date.now();
  const clock = { ...systemClock, now: () => now };
  const other = serviceOf({ env, kv, adminKv: kv, clock });
  const source = async () => ((await other(`${READ}/popular`)).json as { source: string }).source;
  expect(await source()).toBe('kv');
  const body = { faults: { pointer: 'error', postgres: 'error' }, scope: 'shop', confirm: true, seconds: 60 };
  expect((await ask('/api/v1/admin/drill', as('merchandiser', { body }))).status).toBe(403);
  expect((await ask('/api/v1/admin/drill', as('operator', { body }))).status).toBe(201);
  await expect.poll(source).toBe('defaults');
  expect((await ask('/api/v1/admin/drill', as('operator', { method: 'DELETE' }))).status).toBe(200);
  await expect.poll(source).toBe('kv');
  expect((await ask('/api/v1/admin/drill', as('operator', { body }))).status).toBe(201);
  await expect.poll(source).toBe('defaults');
  // The drill began by the real clock, which this one has fallen behind meanwhile.
  now += 180_000;
  expect(await source()).toBe('kv');
  const { entries } = (await ask('/api/v1/admin/audit?limit=2', as('viewer'))).json as { entries: unknown };
  expect(entries).toMatchObject([{ action: 'drill.shop', actor: 'the operator' }, { action: 'drill.end' }]);
});

describe('snapshots', () => {
  const rollback = (body: object) => ask(`${SNAPSHOTS}/rollback`, as('operator', { body }));
  const live = async () => {
    const { rows } = await client.query('SELECT live_snapshot_id AS live, generation::int FROM live_pointer');
    return [rows[0], kv.json(POINTER_KEY)];
  };

  test('are listed with what is live and before it', async () => {
    expect((await ask(SNAPSHOTS, as('viewer'))).json).toMatchObject({
      snapshots: [
        { snapshot_id: 2, live: true, previous: false, format: 1 },
        { snapshot_id: 1, live: false, previous: true },
      ],
    });
  });

  test('are not moved while a run is at work', async () => {
    await client.query(
      `INSERT INTO lease VALUES ('batch', 'a run', 7, now() + interval '1 minute')
       ON CONFLICT (name) DO UPDATE SET holder = 'a run', token = 7, expires_at = now() + interval '1 minute'`,
    );
    const busy = await rollback({});
    expect(busy).toMatchObject({ status: 409, json: { code: 'conflict' } });
    expect(busy.headers.get('retry-after')).not.toBeNull();
    expect(await live()).toMatchObject([{ live: 2 }, { live: 2 }]);
    await client.query(`UPDATE lease SET expires_at = 'epoch'`);
  });

  test('are moved for readers and in Postgres alike, and the lease is free again', async () => {
    expect(await rollback({})).toMatchObject({ status: 200, json: { live: 1, previous: 2, generation: 3 } });
    expect(await live()).toMatchObject([
      { live: 1, generation: 3 },
      { live: 1, previous: 2, generation: 3 },
    ]);
    expect(await rollback({ to: 2 })).toMatchObject({
      status: 200,
      json: { live: 2, previous: 1, generation: 4 },
    });
    expect(await rollback({ to: 99 })).toMatchObject({ status: 409 });
  });

  test('that KV has lost are never made live', async () => {
    const key = manifestKey(1);
    const kept = kv.values.get(key) as Uint8Array;
    kv.values.delete(key);
    expect(await rollback({ to: 1 })).toMatchObject({ status: 409 });
    expect(await live()).toMatchObject([{ live: 2 }, { live: 2 }]);
    kv.values.set(key, kept);
  });

  test('are not called lost while KV does not answer', async () => {
    const silent = {
      get: (key: string) => (key.startsWith(partKey('')) ? Promise.reject(new Error('503')) : kv.get(key)),
      put: (key: string, value: string) => kv.put(key, value),
    };
    const other = serviceOf({ env, kv, adminKv: silent });
    expect(await other(`${SNAPSHOTS}/rollback`, as('operator', { body: { to: 1 } }))).toMatchObject({
      status: 503,
      json: { code: 'unavailable' },
    });
  });

  test('whose pointer did not reach KV are sent again by the same call', async () => {
    kv.onPut = async () => {
      throw new Error('KV PUT failed: 503');
    };
    expect(await rollback({ to: 1 })).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(await live()).toMatchObject([{ live: 1 }, { live: 2 }]);
    kv.onPut = async () => undefined;
    expect(await rollback({ to: 1 })).toMatchObject({ status: 200, json: { live: 1, previous: 2 } });
    expect(await live()).toMatchObject([{ live: 1 }, { live: 1 }]);
    await rollback({ to: 2 });
  });

  test('are marked for deletion, the live one never', async () => {
    const purge = (id: number) => ask(`${SNAPSHOTS}/${id}/purge`, as('operator', { body: {} }));
    expect(await purge(2)).toMatchObject({ status: 409 });
    expect(await purge(99)).toMatchObject({ status: 404 });
    expect(await purge(1)).toMatchObject({ status: 202 });
    expect((await ask(SNAPSHOTS, as('viewer'))).json).toMatchObject({
      snapshots: [{ purge_requested_at: null }, { purge_requested_by: 'the operator' }],
    });
    expect(await rollback({ to: 1 })).toMatchObject({ status: 404 });
  });
});

test('without KV a rollback and a drill of the shop are refused, and a rule is saved for later', async () => {
  const broken = { get: () => Promise.reject(new Error('503')), put: () => Promise.reject(new Error('503')) };
  const other = serviceOf({ env, kv: broken, adminKv: broken });
  const drill = { faults: { pointer: 'error' }, scope: 'shop', confirm: true, seconds: 600 };
  for (const [path, body] of [
    [`${SNAPSHOTS}/rollback`, { to: 2 }],
    ['/api/v1/admin/drill', drill],
  ] as const)
    expect(await other(path, as('operator', { body })), path).toMatchObject({
      status: 503,
      json: { code: 'unavailable' },
    });
  // Nor does the drill begin once KV is back.
  await ask.service.scheduled();
  expect(kv.json(RULES_KEY)).not.toHaveProperty('drill');
  expect(await other('/api/v1/admin/drill', as('operator', { method: 'DELETE' }))).toMatchObject({
    status: 200,
    json: { until: null, mirror: 'pending' },
  });
  const saved = await other(RULES, as('merchandiser', { body: hide('P-9'), version: await version() }));
  expect(saved).toMatchObject({ status: 201, json: { mirror: 'pending' } });
});

test('a drill that KV took although its answer was lost is taken back there too', async () => {
  let lost = 1;
  const adminKv = {
    get: (key: string) => kv.get(key),
    async put(key: string, value: string) {
      await kv.put(key, value);
      if (lost-- > 0) throw new Error('the answer was lost');
    },
  };
  const other = serviceOf({ env, kv, adminKv });
  const body = { faults: { pointer: 'error' }, scope: 'shop', confirm: true, seconds: 600 };
  expect((await other('/api/v1/admin/drill', as('operator', { body }))).status).toBe(503);
  expect(kv.json(RULES_KEY)).not.toHaveProperty('drill');
});

test('without Postgres the administration says so and can be asked again', async () => {
  const alone = serviceOf({ env: ADMINISTERED, kv, adminKv: kv });
  const answer = await alone(RULES, as('viewer'));
  expect(answer).toMatchObject({ status: 503, json: { code: 'unavailable' } });
  expect(answer.headers.get('retry-after')).toBe('5');
});
