import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { bundle } from '../../local/testing/bundle.ts';
import { Defaults, LARGEST_DEFAULTS_BYTES } from '../../shared/defaults/defaults.ts';
import { aliasText } from '../../shared/identity/alias.ts';
import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { keyOfNumber, keyOfText, readKey } from '../../shared/snapshot/key64.ts';
import { OVERALL_LIST } from '../../shared/snapshot/listKeys.ts';
import { manifestKey, POINTER_KEY, partFor, partsOf } from '../../shared/snapshot/manifest.ts';
import { registerDefaults } from '../defaults/command.ts';
import { BatchError } from '../errors.ts';
import { pruneStep } from '../steps/prune.ts';
import { publishStep } from '../steps/publish.ts';
import { listObjects } from '../storage/objectStore.ts';
import { runPrefix } from '../storage/paths.ts';
import { userLine, writeOutput } from '../testing/outputs.ts';
import { HELD_LEASE, type PublishedShop, startPublishedShop } from '../testing/publishedShop.ts';
import { readersView, recordOf } from '../testing/readersView.ts';
import { republishLive } from './publishSnapshot.ts';
import { reconcilePointer } from './reconcilePointer.ts';

let shop: PublishedShop;
let kv: PublishedShop['kv'];
let pool: PublishedShop['pool'];
let config: PublishedShop['config'];
let store: PublishedShop['store'];
beforeEach(async () => {
  shop = await startPublishedShop();
  ({ kv, pool, config, store } = shop);
});
const realFetch = fetch;
afterEach(async () => {
  vi.unstubAllGlobals();
  await shop.stop();
});

const held = HELD_LEASE;
const context = (runId: string, lease = held) => shop.context(runId, lease);
const infer = (runId: string) => shop.infer(runId);
const load = (runId: string) => shop.load(runId);
const makeLive = (runId: string) => shop.makeLive(runId);
const intent = () => shop.intent();

describe('publishing', () => {
  test('gives readers every record, byte for byte as Postgres has it', async () => {
    const counts = await makeLive('r1');
    const view = readersView(kv.values);
    if (view === null) throw new Error('nothing published');
    const { tables, snapshot_id } = view.manifest;
    expect(await intent()).toEqual({ live: snapshot_id, previous: null, generation: 1 });
    expect(view.pointer).toMatchObject({ live: snapshot_id, previous: null, generation: 1 });
    expect(view.manifest).toMatchObject({ engine: 'embedded', score_kind: 'probability', run_id: 'r1' });
    expect(counts).toMatchObject({ snapshot_id, kv_writes: kv.writes.length });
    expect(kv.writes.slice(-2)).toEqual([manifestKey(snapshot_id), POINTER_KEY]);

    const keyOf = createCustomerKeyer('ab'.repeat(32));
    const users = await pool.query('SELECT customer_number, record FROM snapshot_users');
    for (const { customer_number, record } of users.rows) {
      const key = keyOf(`C${customer_number}`);
      const part = partFor(tables.users, key);
      expect(recordOf(kv.values, part === null ? [] : [part], key)).toEqual(new Uint8Array(record));
    }
    for (let item = 1; item <= 40; item++) {
      const found = recordOf(kv.values, tables.product_index, keyOfText(`P${item}`));
      expect(found && new DataView(found.buffer, found.byteOffset).getUint32(0, true)).toBe(item);
    }
    const lists = await pool.query(`SELECT list_key, record FROM snapshot_lists WHERE kind = 'similar'`);
    for (const { list_key, record } of lists.rows) {
      expect(recordOf(kv.values, tables.similar, keyOfNumber(Number(list_key)))).toEqual(
        new Uint8Array(record),
      );
    }
    expect(recordOf(kv.values, tables.popular, keyOfText(OVERALL_LIST))).not.toBeNull();
  });

  test('lets readers find products and customers by what other systems call them', async () => {
    await pool.query(`
      INSERT INTO product_alias (source, source_id, variant_id, product_id)
      VALUES ('shop', '9001', '', 'P1'), ('shop', '9001', '701', 'P1'), ('till', '5', '', 'P1'),
             ('shop', '5', '', 'P2'), ('till', 'P3', '', 'P4')`);
    await pool.query(`
      INSERT INTO customer_alias VALUES ('shop', '77', 'C1'), ('till', '77', 'C2'), ('till', 'C3', 'C4'), ('shop', 'x9', 'C5');
      INSERT INTO customers (unified_customer_id, merged_into) VALUES ('merged away', 'C1')`);
    await makeLive('r1');
    const { tables, id_sources } = readersView(kv.values)?.manifest ?? {};
    expect(id_sources).toEqual(['shop', 'till']);
    const itemOf = (name: string) => {
      const found = recordOf(kv.values, tables?.product_index ?? [], keyOfText(name));
      return found && new DataView(found.buffer, found.byteOffset).getUint32(0, true);
    };
    const named = (source: string, id: string) => itemOf(aliasText(source, id));
    expect([named('shop', '9001'), named('shop', '701'), named('till', '5'), named('shop', '5')]).toEqual([
      1, 1, 1, 2,
    ]);
    // Without its system's name an id is what all systems mean by it, and the shop's own ids come first.
    expect([itemOf('9001'), itemOf('701'), itemOf('5'), itemOf('P3')]).toEqual([1, 1, null, 3]);

    const keyOf = createCustomerKeyer('ab'.repeat(32));
    const customerOf = (source: string | null, id: string) => {
      const found = recordOf(kv.values, tables?.customer_alias ?? [], keyOf(aliasText(source, id)));
      return found && readKey(found);
    };
    expect(customerOf('shop', '77')).toEqual(keyOf('C1'));
    expect(customerOf('till', '77')).toEqual(keyOf('C2'));
    expect(customerOf('till', 'C3')).toEqual(keyOf('C4'));
    expect(customerOf(null, 'x9')).toEqual(keyOf('C5'));
    expect(customerOf(null, 'merged away')).toEqual(keyOf('C1'));
    expect([customerOf(null, '77'), customerOf(null, 'C3')]).toEqual([null, null]);
  });

  test('again writes no part that KV holds already', async () => {
    await makeLive('r1');
    const before = kv.writes.length;
    await makeLive('r2');
    const again = kv.writes.slice(before);
    const view = readersView(kv.values);
    // Orders and products are the same: what differs is the recommender's.
    expect(again).not.toContain(view?.manifest.tables.catalogue[0]?.key);
    expect(again).not.toContain(view?.manifest.tables.pairs[0]?.key);
    expect(again).toContain(view?.manifest.tables.users[0]?.key);
    expect(view?.pointer).toMatchObject({ generation: 2, previous: 1, live: 2 });
  });

  test('of the same run twice moves nothing', async () => {
    await makeLive('r1');
    const before = await intent();
    const counts = await publishStep.run(context('r1'));
    expect(counts['kv_writes']).toBe(2);
    expect(await intent()).toEqual({ ...before, generation: 2 });
    expect(readersView(kv.values)?.pointer).toMatchObject({ live: 1, previous: null, generation: 2 });
  });

  test('without the lease changes nothing readers see', async () => {
    await makeLive('r1');
    await load('r2');
    const lost = {
      ...held,
      assertHeld: async () => {
        throw new BatchError({ code: 'lease_lost', message: 'x', remedy: 'y' });
      },
    };
    await expect(publishStep.run(context('r2', lost))).rejects.toMatchObject({ code: 'lease_lost' });
    expect(await intent()).toMatchObject({ live: 1, generation: 1 });
    expect(readersView(kv.values)?.pointer.live).toBe(1);
  });

  test('stops when KV refuses half-way, and goes on once it takes the rest', async () => {
    await makeLive('r1');
    await load('r2');
    kv.fault = ({ path }) => (path === '/kv/bulk' ? 403 : null);
    await expect(publishStep.run(context('r2'))).rejects.toMatchObject({ code: 'kv_refused' });
    expect(readersView(kv.values)?.pointer.live).toBe(1);
    kv.fault = () => null;
    await publishStep.run(context('r2'));
    expect(readersView(kv.values)?.pointer.live).toBe(2);
  });

  test('looks at parts that were there but that no kept snapshot names', async () => {
    await load('r1');
    await publishStep.run(context('r1'));
    await pool.query(`UPDATE snapshots SET manifest = NULL`);
    const [part] = [...kv.values.keys()].filter((key) => key.startsWith('snapshot/part/'));
    kv.values.set(part ?? '', Buffer.from('damaged'));
    await expect(publishStep.run(context('r1'))).rejects.toMatchObject({ code: 'kv_incomplete' });
  });

  test('does not flip when KV gives damaged bytes back', async () => {
    await makeLive('r1');
    await load('r2');
    kv.fault = ({ method, path }) => {
      if (method === 'GET' && path.startsWith('/kv/values/snapshot%2Fpart')) {
        const key = decodeURIComponent(path.slice('/kv/values/'.length));
        kv.values.set(key, Buffer.from('damaged'));
      }
      return null;
    };
    await expect(publishStep.run(context('r2'))).rejects.toMatchObject({ code: 'kv_incomplete' });
    kv.fault = () => null;
    expect(await intent()).toMatchObject({ live: 1 });
  });

  test('overtakes the generation KV knows after a database was restored', async () => {
    await makeLive('r1');
    const pointer = readersView(kv.values)?.pointer;
    kv.values.set(POINTER_KEY, Buffer.from(JSON.stringify({ ...pointer, generation: 40 })));
    expect(await reconcilePointer(context('r1'))).toBe('ahead');
    await makeLive('r2');
    expect(readersView(kv.values)?.pointer).toMatchObject({ generation: 41, live: 2 });
  });
});

describe('after KV lost what it held', () => {
  test('the live snapshot comes back whole from Postgres, the same bytes under the same keys', async () => {
    await makeLive('r1');
    const before = new Map(kv.values);
    kv.values.clear();
    expect(await reconcilePointer(context('x'))).toBe('lost');
    expect(kv.values.size).toBe(0);
    await republishLive(context('x'));
    const pointer = readersView(kv.values)?.pointer;
    expect(pointer).toMatchObject({ live: 1, generation: 2 });
    for (const [key, value] of before) if (key !== POINTER_KEY) expect(kv.values.get(key)).toEqual(value);
    expect(kv.values.size).toBe(before.size);
  });

  test('damaged parts are written again, and only they', async () => {
    await makeLive('r1');
    const key = readersView(kv.values)?.manifest.tables.similar[0]?.key ?? '';
    const whole = kv.values.get(key);
    kv.values.set(key, Buffer.from('damaged'));
    expect(await republishLive(context('x'))).toMatchObject({ kv_writes: 3 });
    expect(kv.values.get(key)).toEqual(whole);
  });

  test('nothing can be brought back before the first publish', async () => {
    await expect(republishLive(context('x'))).rejects.toMatchObject({ code: 'nothing_live' });
    expect(await reconcilePointer(context('x'))).toBe('agrees');
  });
});

describe('pruning', () => {
  const id = (n: number) => `20260101-00000${n}-000${n}`;
  const recordRun = (runId: string, status: string, error: object | null = null) =>
    pool.query(
      `INSERT INTO batch_job_metadata (run_id, kind, name, status, error) VALUES ($1, 'run', 'p', $2, $3)`,
      [runId, status, error],
    );
  const folders = async () => {
    const objects = await listObjects(store, runPrefix(config, '').slice(0, -1));
    return [...new Set(objects.map(({ key }) => key.split('/')[2]))].sort();
  };

  test('keeps two snapshots in Postgres, three in KV, and the objects of kept runs', async () => {
    for (const n of [1, 2, 3, 4, 5]) {
      await makeLive(id(n));
      await recordRun(id(n), 'succeeded');
    }
    await load(id(6));
    await recordRun(id(6), 'failed', { code: 'x', final: true });
    const counts = await pruneStep.run(context(id(5)));
    expect(counts).toMatchObject({ snapshots_dropped: 4, manifests_deleted: 2 });
    const tables = await pool.query(
      `SELECT relname FROM pg_class WHERE relname ~ '^snapshot_users_[0-9]+$' ORDER BY 1`,
    );
    expect(tables.rows.map((row) => row.relname)).toEqual(['snapshot_users_4', 'snapshot_users_5']);
    const manifests = [...kv.values.keys()].filter((key) => key.startsWith('snapshot/manifest/')).sort();
    expect(manifests).toEqual([3, 4, 5].map(manifestKey));
    const named = new Set<string>();
    for (const live of [3, 4, 5]) {
      kv.values.set(POINTER_KEY, Buffer.from(JSON.stringify({ ...readersView(kv.values)?.pointer, live })));
      const manifest = readersView(kv.values)?.manifest;
      if (manifest === undefined) throw new Error('not whole');
      for (const { key } of partsOf(manifest)) named.add(key);
    }
    const parts = [...kv.values.keys()].filter((key) => key.startsWith('snapshot/part/'));
    expect(new Set(parts)).toEqual(named);
    expect(await folders()).toEqual([id(4), id(5)]);
    expect(await pruneStep.run(context(id(5)))).toEqual({
      snapshots_dropped: 0,
      manifests_deleted: 0,
      parts_deleted: 0,
      objects_deleted: 0,
    });
  });

  test.each([
    ['waiting', null],
    ['failed', { code: 'x', message: 'x', remedy: 'x' }],
    ['failed', { code: 'x', message: 'x', remedy: 'x', final: false }],
  ])('leaves a run alone that is resumed: %s, %o', async (status, error) => {
    await load(id(1));
    await makeLive(id(2));
    await recordRun(id(1), status, error);
    expect(await pruneStep.run(context(id(2)))).toMatchObject({ snapshots_dropped: 0, objects_deleted: 0 });
    expect(await folders()).toEqual([id(1), id(2)]);
    await publishStep.run(context(id(1)));
    expect(readersView(kv.values)?.manifest.run_id).toBe(id(1));
  });

  test('leaves everything alone while nothing is live', async () => {
    await load(id(1));
    await recordRun(id(1), 'succeeded');
    expect(await pruneStep.run(context(id(9)))).toEqual({});
    expect(await folders()).toEqual([id(1)]);
  });

  test('leaves folders alone that are no runs, or runs of another database', async () => {
    for (const n of [1, 2, 3]) await makeLive(id(n));
    await recordRun(id(1), 'succeeded');
    await recordRun('backup', 'succeeded');
    for (const name of ['backup', id(8)])
      await writeOutput(store, { place: config, runId: name, recipe: 'popularity-count' }, [
        userLine('1', ['P1'], []),
      ]);
    await pruneStep.run(context(id(3)));
    expect(await folders()).toEqual([id(2), id(3), id(8), 'backup']);
  });

  test('deletes nothing without the lease, and nothing more once it is lost', async () => {
    for (const n of [1, 2, 3, 4, 5]) {
      await makeLive(id(n));
      await recordRun(id(n), 'succeeded');
    }
    const manifests = () =>
      [...kv.values.keys()].filter((key) => key.startsWith('snapshot/manifest/')).length;
    const parts = () => [...kv.values.keys()].filter((key) => key.startsWith('snapshot/part/')).length;
    const left = async () => {
      const rows = await pool.query(`SELECT count(*)::int AS n FROM snapshots WHERE state <> 'pruned'`);
      return [rows.rows[0].n, manifests(), parts(), (await folders()).length];
    };
    const lostAfter = (checks: number) => {
      let asked = 0;
      const assertHeld = async () => {
        if (asked++ >= checks) throw new BatchError({ code: 'lease_lost', message: 'x', remedy: 'y' });
      };
      return pruneStep.run(context(id(5), { ...held, assertHeld })).catch((error: BatchError) => error.code);
    };
    const whole = parts();
    expect(await lostAfter(0)).toBe('lease_lost');
    expect(await left()).toEqual([5, 5, whole, 5]);
    expect(await lostAfter(3)).toBe('lease_lost');
    expect(await left()).toEqual([2, 5, whole, 5]);
    expect(await lostAfter(1)).toBe('lease_lost');
    expect(await left()).toEqual([2, 3, whole, 5]);
    expect(await lostAfter(2)).toBe('lease_lost');
    expect((await left()).filter((_, i) => i !== 2)).toEqual([2, 3, 4]);
    expect(parts()).toBeLessThan(whole);
  });

  test('keeps what is published while it lists', async () => {
    await makeLive(id(1));
    let isFirst = true;
    vi.stubGlobal('fetch', async (...request: Parameters<typeof realFetch>) => {
      if (isFirst && String(request[0]).includes('/keys?')) {
        isFirst = false;
        await makeLive(id(2));
      }
      return realFetch(...request);
    });
    await pruneStep.run(context(id(1)));
    expect(readersView(kv.values)?.manifest.run_id).toBe(id(2));
  });
});

describe('kill -9', () => {
  let program: string;
  beforeAll(async () => {
    program = await bundle(new URL('../testing/runSteps.ts', import.meta.url));
  });
  afterAll(() => rm(program));
  let child: ChildProcess | null = null;
  afterEach(() => child?.kill('SIGKILL'));

  /** Runs load and publish in a process of its own; resolves with its exit code, null when killed. */
  function run(runId: string, onSign: (line: string) => void = () => undefined): Promise<number | null> {
    const task = JSON.stringify({ runId, addresses: shop.addresses });
    const started = spawn(process.execPath, [program, task], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    started.stdout.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString().split('\n')) if (line !== '') onSign(line);
    });
    return new Promise((resolve) => started.on('close', resolve));
  }
  const kill = () => child?.kill('SIGKILL');

  async function finishes(): Promise<void> {
    expect(readersView(kv.values)?.pointer.live).toBe(1);
    const rows = await pool.query('SELECT count(*)::int AS n FROM offline_user_recommendations');
    expect(rows.rows[0].n).toBeGreaterThan(20);
    kv.fault = () => null;
    expect(await run('r2')).toBe(0);
    const view = readersView(kv.values);
    expect(view?.manifest.run_id).toBe('r2');
    expect(await intent()).toMatchObject({ live: view?.pointer.live, generation: view?.pointer.generation });
    const doubled = await pool.query(
      `SELECT customer_key FROM snapshot_users WHERE snapshot_id = $1 GROUP BY 1 HAVING count(*) > 1`,
      [view?.pointer.live],
    );
    expect(doubled.rows).toEqual([]);
  }

  beforeEach(async () => {
    await makeLive('r1');
    await infer('r2');
  });

  test('during the load leaves readers on the old snapshot; the next run completes', async () => {
    let signs = 0;
    const code = await run('r2', (line) => {
      if (line === 'load' && ++signs === 3) kill();
    });
    expect(code).toBeNull();
    await finishes();
  });

  test('while parts are written leaves readers on the old snapshot; the next run completes', async () => {
    kv.fault = ({ path }) => {
      if (path === '/kv/bulk') kill();
      return null;
    };
    expect(await run('r2')).toBeNull();
    expect(await intent()).toMatchObject({ live: 1 });
    await finishes();
  });

  test('right before the pointer leaves readers on the old snapshot; the next start tells them', async () => {
    kv.fault = ({ body }) => {
      if (!body.includes(POINTER_KEY)) return null;
      kill();
      return 500;
    };
    expect(await run('r2')).toBeNull();
    expect(await intent()).toMatchObject({ live: 2, generation: 2 });
    expect(readersView(kv.values)?.pointer.live).toBe(1);
    kv.fault = () => null;
    expect(await reconcilePointer(context('r2'))).toBe('moved');
    expect(readersView(kv.values)?.pointer).toMatchObject({ live: 2, generation: 2, previous: 1 });
    expect(await reconcilePointer(context('r2'))).toBe('agrees');
  });
});

test('defaults hold the overall list, cards for every item named, and fit the bundle', async () => {
  await makeLive('r1');
  const file = join(shop.folder, 'defaults.json');
  const said: string[] = [];
  const program = new Command();
  registerDefaults(program, {
    config: () => ({ ...config }),
    secret: () => undefined,
    out: (line) => said.push(line),
    log: { info: () => undefined, warn: () => undefined },
    progress: { run: () => undefined, step: () => context('x').progress },
    clock: () => new Date(0),
    signal: new AbortController().signal,
    sleep: async () => undefined,
  });
  await program.parseAsync(['defaults', '--out', file], { from: 'user' });
  const text = await readFile(file, 'utf8');
  const defaults = Defaults.parse(JSON.parse(text));
  expect(text.length).toBeLessThanOrEqual(LARGEST_DEFAULTS_BYTES);
  expect(defaults.snapshot_id).toBe(1);
  expect(defaults.lists['overall']?.length).toBeGreaterThan(10);
  expect(Object.keys(defaults.lists).some((name) => name.startsWith('city:'))).toBe(true);
  const known = new Set(defaults.products.map(({ item }) => item));
  for (const items of Object.values(defaults.lists))
    for (const item of items) expect(known.has(item)).toBe(true);
  expect(said).toHaveLength(1);
});
