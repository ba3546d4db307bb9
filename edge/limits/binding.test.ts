import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { as, serviceOf } from '../testing/askService.ts';
import type { RateLimit } from './rateLimit.ts';

let runtime: Miniflare;
let reads: RateLimit;
let logins: RateLimit;
beforeAll(async () => {
  runtime = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: 'export default { fetch: () => new Response() }',
      ratelimits: {
        READ_LIMIT: { namespace_id: '1', simple: { limit: 3, period: 60 } },
        LOGIN_LIMIT: { namespace_id: '2', simple: { limit: 10, period: 60 } },
      },
    }),
  );
  const bindings = await runtime.getBindings<{ READ_LIMIT: RateLimit; LOGIN_LIMIT: RateLimit }>();
  reads = bindings.READ_LIMIT;
  logins = bindings.LOGIN_LIMIT;
});
afterAll(async () => {
  await runtime.dispose();
});

const none = { reads: null, bulk: null, admin: null, logins: null };

test("the runtime's own limiter counts each client by itself", async () => {
  const ask = serviceOf({ limits: { ...none, reads } });
  const source = async (ip: string) => {
    const init = { headers: { 'cf-connecting-ip': ip } };
    const { json } = await ask('/api/v1/personalize/recommendations/popular', init);
    return (json as { source: string }).source;
  };
  const sources = [];
  for (let i = 0; i < 5; i++) sources.push(await source('192.0.2.1'));
  expect(sources).toEqual(['defaults', 'defaults', 'defaults', 'throttled', 'throttled']);
  expect(await source('192.0.2.2')).toBe('defaults');
});

test('log-ins are limited over all isolates, right tokens with wrong ones', async () => {
  const isolate = () => serviceOf({ limits: { ...none, logins } });
  const logIn = async (ask: ReturnType<typeof isolate>, ip: string, token?: string) => {
    const { headers, ...init } = as('viewer');
    const sent = { ...headers, 'cf-connecting-ip': ip, ...(token && { authorization: `Bearer ${token}` }) };
    return (await ask('/api/v1/admin/whoami', { ...init, headers: sent })).status;
  };
  const known = isolate();
  expect(await logIn(known, '2001:db8::1')).toBe(200);
  // Four isolates, fewer failures in each than it allows by itself; a household changes its address at will.
  const isolates = Array.from({ length: 4 }, isolate);
  const guessed = [];
  for (let i = 0; i < 12; i++)
    guessed.push(await logIn(isolates[i % 4] ?? known, `2001:db8::${i + 2}`, `guess-${i}`));
  expect(guessed).toEqual([401, 401, 401, 401, 401, 401, 401, 401, 401, 429, 429, 429]);
  expect(await logIn(isolate(), '2001:db8::99')).toBe(429);
  expect(await logIn(isolate(), '2001:db8:0:1::1')).toBe(200);
  // Who had logged in before goes on, however often.
  for (let i = 0; i < 20; i++) expect(await logIn(known, '2001:db8::1')).toBe(200);
});
