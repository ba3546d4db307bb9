import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serviceOf } from '../testing/askService.ts';
import type { RateLimit } from './rateLimit.ts';

let runtime: Miniflare;
let reads: RateLimit;
beforeAll(async () => {
  runtime = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: 'export default { fetch: () => new Response() }',
      ratelimits: { READ_LIMIT: { namespace_id: '1', simple: { limit: 3, period: 60 } } },
    }),
  );
  reads = (await runtime.getBindings<{ READ_LIMIT: RateLimit }>()).READ_LIMIT;
});
afterAll(async () => {
  await runtime.dispose();
});

test("the runtime's own limiter counts each client by itself", async () => {
  const ask = serviceOf({ limits: { reads, bulk: null, admin: null } });
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
