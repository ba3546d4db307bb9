import { createExecutionContext, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Ask, edgeOf, PATIENT } from '../testing/askEdge.ts';
import { breakable } from '../testing/faultyKv.ts';
import { makePointer, makeSnapshot } from '../testing/sampleSnapshot.ts';
import { writeAll } from '../testing/workerKv.ts';

const REQUESTS = 10_000;
const P = '/api/v1/personalize/recommendations';
const SQL = 'http://127.0.0.1:1/sql';
const ADDRESSES = [
  (id: string) => `${P}/user/${id}?limit=1`,
  (id: string) => `${P}/user/${id}?limit=1&id_source=shopify`,
  (id: string) => `${P}/item-affinity/${id}?limit=1`,
  (id: string) => `${P}/next?user=${id}&context=${id}&limit=1`,
  (id: string) => `${P}/page?slots=user:1,similar:1&user=${id}&items=${id}`,
  (id: string) => `/recommendations/${id}?numResults=1`,
  (id: string) => `${P}/similar/${id}?limit=1`,
] as const;

/** Everything the Worker sends out: its driver asks Postgres through the runtime's own fetch. */
let queries: string[];
let kv: ReturnType<typeof breakable>;
let ask: Ask;

beforeEach(async () => {
  await reset();
  const snapshot = await makeSnapshot(2);
  await writeAll(env.SNAPSHOTS, [...snapshot.values, makePointer(2, null)]);
  kv = breakable(env.SNAPSHOTS);
  queries = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    queries.push(String(input));
    return new Response('{"message":"no such row"}', { status: 400 });
  });
  const database = { DATABASE_URL: 'postgres://u:p@db.example/shop', NEON_FETCH_ENDPOINT: SQL };
  ask = edgeOf(
    { kv, env: { ...PATIENT, ...database, POINTER_TTL_MS: '60000', BREAKER_MS: '0' } },
    createExecutionContext,
  );
});
afterEach(() => vi.restoreAllMocks());

test('ten thousand random ids make no database query while KV is healthy', async () => {
  for (let i = 0; i < REQUESTS; i++) {
    const at = ADDRESSES[i % ADDRESSES.length] ?? ADDRESSES[0];
    const { status } = await ask(at(crypto.randomUUID()));
    if (status !== 200) expect(status).toBe(200);
  }
  expect(queries).toEqual([]);
});

test('with KV down the same ids do ask it, so that the count means something', async () => {
  kv.fault = () => 'error';
  for (const at of ADDRESSES) await ask(at(crypto.randomUUID()));
  expect(queries.length).toBeGreaterThan(0);
  expect(new Set(queries)).toEqual(new Set([SQL]));
});
