import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { RecommendationList } from '../shared/api/recommendation.ts';
import { PublicStatus, StatusAnswer } from '../shared/api/status.ts';
import { POINTER_KEY } from '../shared/snapshot/manifest.ts';
import { signJwt } from './access/jwt.ts';
import { systemClock } from './clock.ts';
import type { RateLimit } from './limits/rateLimit.ts';
import { isPublic } from './observe/webhook.ts';
import { ADMINISTERED, as, MemoryKv, serviceOf } from './testing/askService.ts';
import { DEFAULTS } from './testing/sampleShop.ts';
import { makePointer, makeSnapshot } from './testing/sampleSnapshot.ts';

const P = '/api/v1/personalize/recommendations';
const READS = [
  `${P}/user/ayesha`,
  `${P}/similar/P-1`,
  `${P}/cart?items=P-1,P-2`,
  `${P}/popular?category=Bedding`,
];
let kv: MemoryKv;
beforeAll(async () => {
  const live = await makeSnapshot(2);
  kv = new MemoryKv();
  for (const [key, value] of [...live.values, makePointer(2, null)]) kv.values.set(key, value);
});
afterEach(() => vi.restoreAllMocks());

/** Lets so many through for each key. */
function counting(most: number): RateLimit & { keys: string[] } {
  const keys: string[] = [];
  return {
    keys,
    async limit({ key }) {
      keys.push(key);
      return { success: keys.filter((known) => known === key).length <= most };
    },
  };
}
const none = { reads: null, bulk: null, admin: null, logins: null };

describe('over the limit', () => {
  test('a read is answered from memory, 200, and says so', async () => {
    const asked: string[] = [];
    const watched = {
      get(key: string) {
        asked.push(key);
        return kv.get(key);
      },
    };
    const ask = serviceOf({ kv: watched, limits: { ...none, reads: counting(1) } });
    const from = (ip: string) => ({ headers: { 'cf-connecting-ip': ip } });
    expect((await ask(READS[0] ?? '', from('192.0.2.1'))).json).toMatchObject({
      source: 'kv',
      personal: true,
    });
    const before = asked.length;
    for (const path of READS) {
      const { status, text, headers } = await ask(path, from('192.0.2.1'));
      expect(status, text).toBe(200);
      const list = RecommendationList.parse(JSON.parse(text));
      expect(list).toMatchObject({ source: 'throttled', personal: false });
      expect(list.recommendations.length, path).toBeGreaterThan(0);
      expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-store', null]);
    }
    expect(asked.length).toBe(before);
    expect((await ask(READS[0] ?? '', from('192.0.2.2'))).json).toMatchObject({ source: 'kv' });
    expect((await ask('/health/live', from('192.0.2.1'))).status).toBe(200);
  });

  test('an isolate that holds nothing answers from the bundled defaults', async () => {
    const ask = serviceOf({ kv, limits: { ...none, reads: counting(0) } });
    for (const path of READS) {
      const list = RecommendationList.parse((await ask(path)).json);
      expect(list, path).toMatchObject({ source: 'throttled', personal: false });
      expect(list.recommendations.length, path).toBeGreaterThan(0);
    }
  });

  test('the administration is refused with Retry-After', async () => {
    const ask = serviceOf({ kv, limits: { ...none, admin: counting(1) } });
    expect((await ask('/api/v1/admin/whoami', as('viewer'))).status).toBe(200);
    const refused = await ask('/api/v1/admin/whoami', as('viewer'));
    expect(refused).toMatchObject({ status: 429, json: { code: 'too_many_requests' } });
    expect(refused.headers.get('retry-after')).toBe('60');
  });

  test('an IPv6 client is known by its network', async () => {
    const reads = counting(9);
    const ask = serviceOf({ kv, limits: { ...none, reads } });
    for (const ip of ['2001:db8:1:2::7', '2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8::1', '::1'])
      await ask(`${P}/popular`, { headers: { 'cf-connecting-ip': ip } });
    expect(reads.keys).toEqual(['ip:2001:db8:1:2', 'ip:2001:db8:1:2', 'ip:2001:db8:0:0', 'ip::0:0:0']);
  });

  test('a limiter that fails limits nobody', async () => {
    const broken = { limit: () => Promise.reject(new Error('no limiter')) };
    const ask = serviceOf({ kv, limits: { reads: broken, bulk: null, admin: broken, logins: broken } });
    expect((await ask(READS[0] ?? '')).json).toMatchObject({ source: 'kv' });
    expect((await ask('/api/v1/admin/whoami', as('viewer'))).status).toBe(200);
  });

  test("is the shopper's own behind a proxy whose signature is valid", async () => {
    const reads = counting(1);
    const secret = 's'.repeat(32);
    const shop = 'example.myshopify.com';
    const env = { ...ADMINISTERED, SHOPIFY_API_KEY: 'app', SHOPIFY_API_SECRET: secret, SHOPIFY_SHOP: shop };
    const ask = serviceOf({ kv, env, limits: { ...none, reads } });
    const query = {
      logged_in_customer_id: '',
      path_prefix: '/apps/r',
      shop,
      timestamp: String(Math.floor(Date.now() / 1000)),
    };
    const signed = Object.entries(query)
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('');
    const signature = createHmac('sha256', secret).update(signed).digest('hex');
    for (const forwarded of ['198.51.100.1', '198.51.100.2, 192.0.2.7'])
      await ask(`${READS[1]}?${new URLSearchParams({ ...query, signature })}`, {
        headers: { 'cf-connecting-ip': '192.0.2.9', 'x-forwarded-for': forwarded },
      });
    expect(reads.keys).toEqual(['ip:198.51.100.1', 'ip:198.51.100.2']);
  });

  test('is reached by a forged forwarded address as by the true one', async () => {
    const reads = counting(1);
    const ask = serviceOf({ kv, limits: { ...none, reads } });
    for (const forwarded of ['198.51.100.1', '198.51.100.2'])
      await ask(`${READS[1]}?shop=example.myshopify.com&signature=${'0'.repeat(64)}`, {
        headers: { 'cf-connecting-ip': '192.0.2.9', 'x-forwarded-for': forwarded },
      });
    expect(reads.keys).toEqual(['ip:192.0.2.9', 'ip:192.0.2.9']);
  });
});

describe('in production', () => {
  const env = { ...ADMINISTERED, ENVIRONMENT: 'production', USER_READS: 'signed', VERSION: 'abc123' };

  test('a personal route answers the popular list to who proves nothing', async () => {
    const { status, json } = await serviceOf({ kv, env })(READS[0] ?? '');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      personal: false,
      source: 'kv',
      warnings: ['not personal: a token of this customer is needed'],
    });
    const local = await serviceOf({ kv, env: { ...env, USER_READS: 'local' } })(READS[0] ?? '');
    expect(local.json).toMatchObject({ personal: false });
  });

  test("a customer's token opens their own list and reasons, and nobody else's", async () => {
    const secret = 'k'.repeat(40);
    const ask = serviceOf({ kv, env: { ...env, SHOPPER_TOKEN_KEYS: secret } });
    const exp = Math.floor(Date.now() / 1000) + 900;
    const token = await signJwt(secret, { aud: 'recommendations', sub: 'ayesha', exp });
    const headers = { authorization: `Bearer ${token}` };
    const addresses = [
      `${P}/user/ayesha`,
      `${P}/ayesha`,
      `${P}/item-affinity/ayesha`,
      `${P}/next?user=ayesha`,
    ];
    for (const path of addresses)
      expect((await ask(path, { headers })).json, path).toMatchObject({ personal: true, warnings: [] });
    for (const path of addresses.map((path) => path.replace('ayesha', 'bilal')))
      expect((await ask(path, { headers })).json, path).toMatchObject({ personal: false });
    const own = await ask(`${P}/user/ayesha`, { headers });
    expect(own.text).toContain('buy_again');
    expect(own.headers.get('vary')).toContain('authorization');
    const open = serviceOf({ kv, env: { ...env, USER_READS: 'open' } });
    const told = await open(`${P}/user/ayesha`);
    expect(told.json).toMatchObject({ personal: true });
    expect(told.text).not.toMatch(/buy_again|You b|what you bought/);
    // Where the orders go is not told either, but to who names the place, and to the customer.
    const near = `${P}/user/ayesha?limit=12`;
    expect((await open(near)).text).toContain('"Popular near you"');
    expect((await open(near)).text).not.toContain('Lahore');
    expect((await open(`${near}&city=Lahore`)).text).toContain('"Popular in Lahore"');
    expect((await ask(near, { headers })).text).toContain('"Popular in Lahore"');
    const older = {
      method: 'POST',
      body: JSON.stringify({ user_id: 'ayesha', event: 'get_recommendations' }),
    };
    expect((await ask('/submit', older)).json).toMatchObject({ message: 'Popular products' });
    expect((await ask('/submit', { ...older, headers })).text).toContain('Recommendations for ayesha');
    const page = `${P}/page?slots=user:2,popular:2&user=ayesha`;
    expect((await ask(page)).text).not.toContain('"personal":true');
    expect((await ask(page, { headers })).text).toContain('"personal":true');
  });

  test('the status tells everybody health, version, freshness and coverage, and no more', async () => {
    const ask = serviceOf({ kv, env });
    const { json } = await ask('/api/v1/personalize/status');
    expect(Object.keys(json as object).sort()).toEqual(Object.keys(PublicStatus.shape).sort());
    expect(json).toMatchObject({ version: 'abc123', snapshot: 2 });
    const full = (await ask('/api/v1/admin/status', as('viewer'))).json;
    expect(StatusAnswer.parse(full).stores.kv.state).toBe('ok');
    expect(full).toHaveProperty('rates.unknown_ids');
    const broken = serviceOf({ kv, env: { ...env, KV_BUDGET_MS: 'soon' } });
    expect((await broken('/health')).text).not.toContain('KV_BUDGET_MS');
  });

  test('of analytics only the pairs of a product are for everybody', async () => {
    const ask = serviceOf({ kv, env });
    const analytics = '/api/v1/analytics';
    expect((await ask(`${analytics}/collaborative-pairs?product_id=P-1`)).status).toBe(200);
    for (const path of [
      'collaborative-pairs',
      'collaborative-pairs/',
      'collaborative-pairs?product_id=%20',
      'collaborative-products',
      'customer-similarity',
      'collaborative-metrics',
    ])
      expect(await ask(`${analytics}/${path}`), path).toMatchObject({
        status: 401,
        json: { code: 'unauthorized' },
      });
  });
});

test('what was hidden at the deploy stays hidden when no store can be read', async () => {
  const hidden = {
    ...{ id: 'r', effect: 'hide' as const, items: [19], category: null, amount: 0, placements: null },
    ...{ in_category: null, province: null, from: null, until: null },
  };
  const bundled = { ...DEFAULTS, rules: { format: 1, version: 3, updated_at: null, rules: [hidden] } };
  const { json, text } = await serviceOf({ kv: null, bundled })(`${P}/popular`);
  expect(json).toMatchObject({ source: 'defaults', rules: 'bundled' });
  expect(text).toContain('"P-18"');
  expect(text).not.toContain('"P-19"');
});

test('every answer carries the security headers and what was waited for', async () => {
  const ask = serviceOf({ kv });
  for (const path of [...READS, '/nothing', '/api/v1/admin/rules', '/health']) {
    const { headers } = await ask(path);
    expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    expect(headers.get('strict-transport-security'), path).toBe('max-age=31536000');
    expect(headers.get('server-timing'), path).toMatch(/^io;dur=\d+(, kv;dur=\d+)?$/);
  }
});

test('an answer given again carries what the first one did, but for the time that has passed', async () => {
  let now = Date.UTC(2026, 2, 3);
  const clock = { now: () => now, after: systemClock.after };
  const env = { ...ADMINISTERED, POINTER_TTL_MS: '60000' };
  const reads = vi.spyOn(kv, 'get');
  const ask = serviceOf({ kv, env, clock });
  // The first answers are made before all they are made of has been read: they are not kept.
  for (const path of READS) await ask(path);
  for (const path of READS) {
    const headersOf = async () => Object.fromEntries((await ask(path)).headers);
    const first = await headersOf();
    now += 2_500;
    const asked = reads.mock.calls.length;
    const later = Math.floor((now - Date.UTC(2026, 2, 2)) / 1_000);
    expect(await headersOf(), path).toEqual({ ...first, 'snapshot-age': String(later) });
    expect(reads).toHaveBeenCalledTimes(asked);
  }
});

test('storefronts may read from configured origins, extensions below configured paths, neither may administer', async () => {
  const env = { ...ADMINISTERED, CORS_ORIGINS: 'https://shop.example', CORS_ANY_ORIGIN_PATHS: `${P}/cart` };
  const ask = serviceOf({ kv, env });
  const allowed = async (path: string, origin: string) =>
    (await ask(path, { headers: { origin } })).headers.get('access-control-allow-origin');
  expect(await allowed(`${P}/popular`, 'https://shop.example')).toBe('https://shop.example');
  expect(await allowed(`${P}/popular`, 'https://else.example')).toBeNull();
  expect(await allowed(`${P}/cart?items=P-1`, 'null')).toBe('*');
  expect(await allowed('/api/v1/admin/rules', 'https://shop.example')).toBeNull();
});

test('a drilled answer is never kept, and an operator gets the header that orders it', async () => {
  const ask = serviceOf({ kv });
  const body = { faults: { pointer: 'error' } };
  expect((await ask('/api/v1/admin/drill', as('merchandiser', { body }))).status).toBe(403);
  const shop = await ask('/api/v1/admin/drill', as('operator', { body: { ...body, scope: 'shop' } }));
  expect(shop).toMatchObject({ status: 400, json: { parameter: 'confirm' } });
  const long = await ask('/api/v1/admin/drill', as('operator', { body: { ...body, seconds: 601 } }));
  expect(long).toMatchObject({ status: 400, json: { parameter: 'seconds' } });
  const { header, value } = (await ask('/api/v1/admin/drill', as('operator', { body }))).json as {
    header: string;
    value: string;
  };
  const drilled = await ask(`${P}/popular`, { headers: { [header]: value } });
  expect(drilled.json).toMatchObject({ source: 'defaults' });
  expect(drilled.headers.get('cache-control')).toBe('no-store');
  expect((await ask(`${P}/popular`)).json).toMatchObject({ source: 'kv' });
});

describe('what is seen', () => {
  test('is a line a sampled request and a data point each, without ids', async () => {
    const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const points: unknown[] = [];
    const env = { ...ADMINISTERED, LOG_SAMPLE: '1' };
    const ask = serviceOf({ kv, env, analytics: { writeDataPoint: (point) => points.push(point) } });
    const others = ['/recommendations/ayesha', `${P}/ayesha`, '/ayesha', '/api/v1/analytics/ayesha'];
    for (const path of [...READS, ...others]) await ask(path);
    const said = [lines.mock.calls.join('\n'), JSON.stringify(points)].join('\n');
    expect(said).not.toMatch(/ayesha|P-1/);
    expect(points).toHaveLength(8);
    expect(JSON.parse(String(lines.mock.calls[0]?.[0]))).toMatchObject({
      ...{ t: 'request', method: 'GET', route: 'user', status: 200, source: 'kv', fallback: null },
      ...{ snapshot: 2, degraded: 0, personal: true, drill: false },
    });
  });

  test('an alarm is raised once when many more ids than usual are unknown', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    let now = Date.parse('2026-03-10T00:00:00Z');
    const ask = serviceOf({ kv, clock: { ...systemClock, now: () => now } });
    const many = async (id: string) => {
      for (let i = 0; i < 120; i++) await ask(`${P}/user/${id}?limit=1`);
    };
    await many('ayesha');
    now += 6 * 60_000;
    await many('ayesha');
    expect(warned).not.toHaveBeenCalled();
    now += 6 * 60_000;
    await many('nobody');
    expect(warned).toHaveBeenCalledTimes(1);
    expect(warned.mock.calls[0]?.[0]).toContain('unknown_ids');
  });

  test('the hourly look tells the webhook what is wrong, and follows it nowhere', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const got: { url: string | undefined; body: unknown }[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        got.push({ url: request.url, body: JSON.parse(text || 'null') });
        response.writeHead(302, { location: '/elsewhere' }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const empty = new MemoryKv();
    const env = { ...ADMINISTERED, ALERT_WEBHOOK_URL: url };
    await serviceOf({ kv: empty, adminKv: empty, env }).service.scheduled();
    expect(got).toMatchObject([{ url: '/hook', body: { alarms: [{ code: 'no_live_snapshot' }] } }]);
    // Outside a laptop an address inside a network is not asked.
    await serviceOf({
      kv: empty,
      adminKv: empty,
      env: { ...env, ENVIRONMENT: 'production' },
    }).service.scheduled();
    expect(got).toHaveLength(1);
    const fresh = new MemoryKv();
    for (const [key, value] of kv.values) fresh.values.set(key, value);
    const clock = { ...systemClock, now: () => Date.parse('2026-03-03T00:00:00Z') };
    await serviceOf({ kv: fresh, adminKv: fresh, env, clock }).service.scheduled();
    expect(got).toHaveLength(1);
    fresh.values.delete(POINTER_KEY);
    await serviceOf({ kv: fresh, adminKv: fresh, env, clock }).service.scheduled();
    expect(got).toHaveLength(2);
    server.close();
  });

  test.each([
    ['https://hooks.example.com/a', true],
    ['http://hooks.example.com/a', false],
    ['https://127.0.0.1/a', false],
    ['https://[::1]/a', false],
    ['https://169.254.169.254/latest', false],
    ['https://2130706433/', false],
    ['https://localhost/', false],
    ['https://db.internal/', false],
    ['https://user:pass@hooks.example.com/', false],
  ])('a webhook at %s is public: %s', (url, expected) => {
    expect(isPublic(url)).toBe(expected);
  });
});
