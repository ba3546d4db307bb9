import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNeonProxy } from '../../local/neon-proxy/startNeonProxy.ts';
import { createTestDatabase } from '../../local/testing/database.ts';
import { RULES_KEY } from '../../shared/rules/rulesDocument.ts';
import { edgeOf, PATIENT } from '../testing/askEdge.ts';
import { breakable, mapKv } from '../testing/faultyKv.ts';
import { fillPostgres } from '../testing/samplePostgres.ts';
import { DEFAULTS } from '../testing/sampleShop.ts';
import { makePointer, makeSnapshot, type SampleSnapshot } from '../testing/sampleSnapshot.ts';

const READ = '/api/v1/personalize/recommendations/popular?limit=20';
const hides = (item: number) => ({
  ...{ effect: 'hide' as const, category: null, amount: 0, placements: null, in_category: null },
  ...{ province: null, from: null, until: null, items: [item] },
});
/** KV's mirror hides P-6, Postgres knows since then that P-7 is hidden, the deploy knew of P-8. */
const MIRROR = { format: 1, version: 1, updated_at: null, rules: [{ id: 'a', ...hides(6) }] };
const BUNDLED = { ...DEFAULTS, rules: { ...MIRROR, version: 0, rules: [{ id: 'b', ...hides(8) }] } };

let live: SampleSnapshot;
let fromPostgres: Record<string, string>;
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  live = await makeSnapshot(2);
  const database = await createTestDatabase();
  await fillPostgres(database.url, [live], 2);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  for (const [version, product] of ['P-6', 'P-7'].entries()) {
    const { items: _, ...applied } = hides(0);
    await client.query(`SELECT change_rule('tester', 'operator', $1, $2, $3, $4, true)`, [
      ...[version, product, { effect: 'hide', target: { products: [product] } }, applied],
    ]);
  }
  await client.end();
  const proxy = await startNeonProxy({ postgresUrl: database.url });
  fromPostgres = { DATABASE_URL: database.url, NEON_FETCH_ENDPOINT: proxy.fetchEndpoint };
  stops.push(
    () => proxy.stop(),
    () => database.drop(),
  );
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

function kvOf() {
  const mirror = new TextEncoder().encode(JSON.stringify(MIRROR));
  return breakable(mapKv(new Map([...live.values, makePointer(2, null), [RULES_KEY, mirror]])));
}
async function read(ask: ReturnType<typeof edgeOf>) {
  const { text } = await ask(READ);
  const list = JSON.parse(text) as { rules: string; recommendations: { product_id: string }[] };
  const shown = new Set(list.recommendations.map(({ product_id }) => product_id));
  return [list.rules, ['P-6', 'P-7', 'P-8'].filter((product) => !shown.has(product))];
}

test('rules are read from KV, and from Postgres when KV has lost or cannot give them', async () => {
  for (const [fault, expected] of [
    [null, ['live', ['P-6']]],
    ['missing', ['live', ['P-6', 'P-7']]],
    ['corrupt', ['live', ['P-6', 'P-7']]],
    ['error', ['live', ['P-6', 'P-7']]],
  ] as const) {
    const kv = kvOf();
    kv.fault = (key) => (key === RULES_KEY ? fault : null);
    const ask = edgeOf({ kv, bundled: BUNDLED, env: { ...PATIENT, ...fromPostgres } });
    expect(await read(ask), String(fault)).toEqual(expected);
  }
});

test('when neither can be read the last known rules hold, at worst those of the deploy', async () => {
  const kv = kvOf();
  const ask = edgeOf({ kv, bundled: BUNDLED });
  expect(await read(ask)).toEqual(['live', ['P-6']]);
  kv.fault = (key) => (key === RULES_KEY ? 'error' : null);
  expect(await read(ask)).toEqual(['stale', ['P-6']]);
  expect(await read(edgeOf({ kv, bundled: BUNDLED }))).toEqual(['bundled', ['P-8']]);
  expect(await read(edgeOf({ kv }))).toEqual(['bundled', []]);
});

test('an isolate that knows newer rules never goes back to an older mirror', async () => {
  const kv = kvOf();
  const ask = edgeOf({ kv, env: { ...PATIENT, ...fromPostgres } });
  kv.fault = (key) => (key === RULES_KEY ? 'error' : null);
  expect(await read(ask)).toEqual(['live', ['P-6', 'P-7']]);
  kv.fault = () => null;
  expect(await read(ask)).toEqual(['live', ['P-6', 'P-7']]);
});
