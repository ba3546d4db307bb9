import { createExecutionContext, reset } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { PairsAnswer } from '../shared/api/pairs.ts';
import { Problem } from '../shared/api/problem.ts';
import {
  PopularAnswer,
  ProductAnswer,
  type RecommendationList,
  UserAnswer,
} from '../shared/api/recommendation.ts';
import { HealthAnswer, StatusAnswer } from '../shared/api/status.ts';
import { type Ask, edgeOf, PATIENT } from './testing/askEdge.ts';
import { makePointer, makeSnapshot } from './testing/sampleSnapshot.ts';
import { writeAll } from './testing/workerKv.ts';

const P = '/api/v1/personalize/recommendations';
let ask: Ask;

beforeEach(async () => {
  await reset();
  const snapshot = await makeSnapshot(2);
  await writeAll(env.SNAPSHOTS, [...snapshot.values, makePointer(2, null)]);
  ask = edgeOf({ kv: env.SNAPSHOTS }, createExecutionContext);
});

async function read<S extends z.ZodType>(
  schema: S,
  path: string,
  init?: Parameters<Ask>[1],
): Promise<z.infer<S>> {
  const { status, text } = await ask(path, init);
  expect(status, text).toBe(200);
  return schema.parse(JSON.parse(text));
}
const ids = ({ recommendations }: Pick<RecommendationList, 'recommendations'>) =>
  recommendations.map((item) => Number(item.product_id.slice(2)));
const steps = ({ recommendations }: RecommendationList) => recommendations.map((item) => item.step);

describe('a known customer', () => {
  test('gets the own list first, then what goes with recent purchases, then what is popular at home', async () => {
    const answer = await read(UserAnswer, `${P}/user/ayesha?limit=8`);
    expect(answer).toMatchObject({
      user_id: 'ayesha',
      personal: true,
      fallback: null,
      source: 'kv',
      snapshot: 2,
    });
    expect(answer.generated_at).toBe('2026-03-02T00:00:00.000Z');
    // 5 is sold out, 7 is the batch's popular fill, 1 was bought.
    expect(ids(answer)).toEqual([11, 2, 13, 12, 19, 10, 9, 8]);
    expect(steps(answer)).toEqual([
      ...['personal', 'personal', 'personal', 'similar', 'similar'],
      ...['popular_in_city', 'popular_in_city', 'popular_in_province'],
    ]);
    expect(answer.degraded).toEqual([]);
  });

  test('sees a whole card, a score with its kind, and a reason from orders on each item', async () => {
    const { recommendations } = await read(UserAnswer, `${P}/user/ayesha?limit=8`);
    expect(recommendations[0]).toEqual({
      product_id: 'P-11',
      product_name: 'Pillow 11 “Süß”',
      category: 'Pillows',
      category_path: ['Bedding', 'Pillows'],
      price: 11.5,
      currency: 'PKR',
      url: 'https://shop.example/products/11',
      handle: 'product-11',
      variant_id: '1100',
      image_url: null,
      available: true,
      score: expect.closeTo(0.2, 1),
      score_kind: 'probability',
      reason: 'Often bought with Mattress 1 “Süß”',
      reason_code: 'bought_with',
      reason_product_id: 'P-1',
      step: 'personal',
    });
    expect(recommendations.map((item) => item.reason)).toEqual([
      'Often bought with Mattress 1 “Süß”',
      'You bought this before',
      'Bought by customers with similar taste',
      'Often bought with Mattress 2 “Süß”',
      'Often bought with Mattress 2 “Süß”',
      'Popular in Lahore',
      'Popular in Lahore',
      'Popular in Punjab',
    ]);
    expect(recommendations[2]).toMatchObject({ score: null, score_kind: null });
  });

  test('can leave out products and purchases, and turn pages without repeats', async () => {
    expect(ids(await read(UserAnswer, `${P}/user/ayesha?limit=4&exclude=P-11,P-19&exclude=P-10`))).toEqual([
      2, 13, 12, 9,
    ]);
    expect(ids(await read(UserAnswer, `${P}/user/ayesha?limit=4&exclude_bought=1`))).toEqual([
      11, 13, 12, 19,
    ]);
    const whole = ids(await read(UserAnswer, `${P}/user/ayesha?limit=12`));
    const pages = await Promise.all(
      [0, 4, 8].map((at) => read(UserAnswer, `${P}/user/ayesha?limit=4&offset=${at}`)),
    );
    expect(pages.flatMap(ids)).toEqual(whole);
    expect(new Set(whole).size).toBe(12);
  });

  test('without an own list gets what goes with the purchases', async () => {
    const answer = await read(UserAnswer, `${P}/user/bilal?limit=3`);
    expect(ids(answer)).toEqual([4, 13, 18]);
    expect(answer).toMatchObject({ personal: true, fallback: 'similar' });
    expect(answer.recommendations.map((item) => item.reason)).toEqual([
      'Often bought with Mattress 3 “Süß”',
      'Similar to Mattress 3 “Süß”',
      'Popular in Sindh',
    ]);
  });

  test('is answered at the older address too, where fixed words win over ids', async () => {
    expect(ids(await read(UserAnswer, `${P}/ayesha?numResults=2`))).toEqual([11, 2]);
    expect(await read(PopularAnswer, `${P}/popular?limit=1`)).toMatchObject({ category: null });
    expect(await read(UserAnswer, `${P}/user/popular?limit=1`)).toMatchObject({ user_id: 'popular' });
  });

  test('has item affinity, filled up with the own list', async () => {
    const answer = await read(UserAnswer, `${P}/item-affinity/ayesha?limit=3`);
    expect(ids(answer)).toEqual([14, 15, 11]);
    expect(steps(answer)).toEqual(['affinity', 'affinity', 'personal']);
    const without = await read(UserAnswer, `${P}/item-affinity/bilal?limit=1`);
    expect(without).toMatchObject({ personal: true, fallback: 'similar' });
  });
});

describe('an unknown customer', () => {
  test('gets what is popular at the place given, else where the request comes from, marked', async () => {
    const given = await read(UserAnswer, `${P}/user/nobody?city=LAHORE&limit=3`);
    expect(ids(given)).toEqual([10, 9, 6]);
    expect(given).toMatchObject({
      user_id: 'nobody',
      personal: false,
      fallback: 'popular_in_city',
      source: 'kv',
    });
    const guessed = await read(UserAnswer, `${P}/user/nobody?limit=2`, {
      cf: { region: 'Sindh', country: 'PK' },
    });
    expect(guessed).toMatchObject({ fallback: 'popular_in_province' });
    expect(ids(guessed)).toEqual([18, 6]);
  });

  test('from nowhere in particular gets what is popular in the shop', async () => {
    const answer = await read(UserAnswer, `${P}/user/nobody?limit=2`);
    expect(ids(answer)).toEqual([6, 7]);
    expect(answer.fallback).toBe('popular_overall');
    expect(answer.recommendations[0]?.reason).toBe('Popular in this shop');
  });

  test.each([
    '/user/',
    '/user',
    '/user/%20',
    '/',
    '',
    '/item-affinity/',
  ])('%j is the guest list', async (path) => {
    const answer = await read(UserAnswer, `${P}${path}`);
    expect(answer).toMatchObject({ user_id: null, personal: false, fallback: 'popular_overall' });
    expect(answer.recommendations).toHaveLength(10);
  });

  test.each([
    ["o'; DROP TABLE users; --", undefined],
    ['../../etc/passwd', undefined],
    ['%', undefined],
    ['__proto__', undefined],
    ['a/b/c', undefined],
    ['\u0000', undefined],
    ['顾客🛏', undefined],
    ['x'.repeat(256), undefined],
  ])('with the id %j is answered, the id being data', async (id) => {
    const answer = await read(UserAnswer, `${P}/user/${encodeURIComponent(id)}`);
    expect(answer).toMatchObject({ user_id: id, personal: false });
  });
});

describe('a product', () => {
  test('has similar items with reasons, without itself and without what cannot be sold', async () => {
    const answer = await read(ProductAnswer, `${P}/similar/P-1?limit=5`);
    expect(answer).toMatchObject({ product_id: 'P-1', personal: false, fallback: null });
    expect(ids(answer)).toEqual([2, 11, 6, 7, 16]);
    expect(answer.recommendations.map((item) => item.reason)).toEqual([
      'Often bought with Mattress 1 “Süß”',
      'Similar to Mattress 1 “Süß”',
      'Popular in Bedding',
      'Popular in Bedding',
      'Popular in Bedding',
    ]);
    expect(answer.recommendations[0]).toMatchObject({
      score: null,
      score_kind: null,
      reason_product_id: 'P-1',
    });
  });

  test('that is unknown gets what is popular in the category given, or in the shop, marked', async () => {
    const placed = await read(ProductAnswer, `${P}/similar/none?category=pillows&limit=4`);
    expect(placed.fallback).toBe('popular_in_category');
    expect(ids(placed)).toEqual([16, 17, 18, 6]);
    const unplaced = await read(ProductAnswer, `${P}/similar/none?limit=2`);
    expect(unplaced).toMatchObject({ product_id: 'none', fallback: 'popular_overall' });
    expect(await read(ProductAnswer, `${P}/similar`)).toMatchObject({ product_id: null });
  });
});

describe('popular', () => {
  test('is answered for the shop, a category by name or path, and a place', async () => {
    expect(await read(PopularAnswer, `${P}/popular?limit=2`)).toMatchObject({ fallback: null });
    expect(ids(await read(PopularAnswer, `${P}/popular?category=Bedding&limit=2`))).toEqual([6, 7]);
    expect(ids(await read(PopularAnswer, `${P}/popular?category=Bedding%20%3E%20Pillows&limit=3`))).toEqual([
      16, 17, 18,
    ]);
    expect(ids(await read(PopularAnswer, `${P}/by-location?province=punjab&city=Lahore&limit=4`))).toEqual([
      10, 9, 8, 6,
    ]);
  });

  test('says when a place or category is not known', async () => {
    expect(await read(PopularAnswer, `${P}/by-location?province=Utopia`)).toMatchObject({
      province: 'Utopia',
      fallback: 'popular_overall',
    });
    const answer = await read(PopularAnswer, `${P}/popular?category=boats`);
    expect(answer).toMatchObject({ category: 'boats', fallback: 'popular_overall' });
  });

  test('by location without a place takes the one of the request', async () => {
    const answer = await read(PopularAnswer, `${P}/by-location?limit=1`, {
      cf: { city: 'Lahore', region: 'Punjab' },
    });
    expect(answer).toMatchObject({ city: 'Lahore', province: 'Punjab', fallback: null });
  });

  test('never holds postage or a sold-out product, however much is asked for', async () => {
    const everything = ids(await read(PopularAnswer, `${P}/popular?limit=100`));
    expect(everything).toHaveLength(18);
    expect(everything).not.toContain(5);
    expect(everything).not.toContain(20);
  });
});

describe('pairs', () => {
  test('of the shop and of a product name both products, the orders and the lift', async () => {
    const top = await read(PairsAnswer, '/api/v1/analytics/collaborative-pairs');
    expect(
      top.pairs.map((pair) => [pair.product_id, pair.paired_product_id, pair.orders, pair.lift]),
    ).toEqual([
      ['P-1', 'P-2', 5, 2.5],
      ['P-1', 'P-11', 4, 1.25],
    ]);
    const of = await read(PairsAnswer, '/api/v1/analytics/collaborative-pairs?product_id=P-1&limit=1');
    expect(of).toMatchObject({ product_id: 'P-1', known: true, source: 'kv', snapshot: 2 });
    expect(of.pairs).toHaveLength(1);
    const none = await read(PairsAnswer, '/api/v1/analytics/collaborative-pairs?product_id=none');
    expect(none).toMatchObject({ known: false, pairs: [] });
  });
});

describe('bad input', () => {
  test.each([
    ['/user/a?limit=0', 'limit'],
    ['/user/a?limit=101', 'limit'],
    ['/user/a?limit=ten', 'limit'],
    ['/user/a?limit=', 'limit'],
    ['/user/a?numResults=1.5', 'numResults'],
    ['/user/a?offset=-1', 'offset'],
    ['/user/a?exclude_bought=maybe', 'exclude_bought'],
    [`/user/${'x'.repeat(257)}`, 'user_id'],
    [`/similar/${'x'.repeat(257)}`, 'product_id'],
    [`/popular?category=${'x'.repeat(201)}`, 'category'],
    [`/popular?exclude=${'x,'.repeat(201)}`, 'exclude'],
  ])('%s is refused with a problem that names the parameter', async (path, parameter) => {
    const { status, headers, text } = await ask(`${P}${path}`);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    const problem = Problem.parse(JSON.parse(text));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_parameter', parameter });
    expect(problem.detail).toContain(parameter);
  });

  test('unknown parameters are named, not refused', async () => {
    const answer = await read(UserAnswer, `${P}/user/ayesha?utm_source=mail&limit=1&constructor=1`);
    expect(answer.warnings).toEqual([
      'unknown parameter ignored: utm_source',
      'unknown parameter ignored: constructor',
    ]);
  });

  test('an unknown address is 404 and a write 405, as problems', async () => {
    const nowhere = await ask('/api/v1/nowhere');
    expect([nowhere.status, Problem.parse(JSON.parse(nowhere.text)).code]).toEqual([404, 'not_found']);
    const write = await ask('/health', { method: 'POST', body: 'x' });
    expect([write.status, write.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

describe('around the reads', () => {
  test('health and status say what the Worker answers from', async () => {
    expect(await read(HealthAnswer, '/health')).toMatchObject({
      status: 'healthy',
      source: 'kv',
      snapshot: 2,
      problems: [],
    });
    expect(await read(StatusAnswer, '/api/v1/personalize/status/')).toMatchObject({
      status: 'ok',
      source: 'kv',
      counts: { users: 2, products: 20 },
      stores: { kv: { state: 'ok' }, postgres: { state: 'off' } },
    });
  });

  test('without the key personal lists are off, which health and status say, and popular ones are shown', async () => {
    ask = edgeOf({ kv: env.SNAPSHOTS, env: { ...PATIENT, ID_HASH_KEY: '' } }, createExecutionContext);
    const health = await read(HealthAnswer, '/health');
    expect(health.personal_lists).toEqual({
      on: false,
      why: expect.stringContaining('ID_HASH_KEY is not set'),
    });
    expect(await read(StatusAnswer, '/api/v1/personalize/status')).toMatchObject({ status: 'degraded' });
    expect(await read(UserAnswer, `${P}/user/ayesha`)).toMatchObject({
      personal: false,
      fallback: 'popular_overall',
    });
  });

  test('a bad setting takes its default and is named', async () => {
    ask = edgeOf(
      { kv: env.SNAPSHOTS, env: { ...PATIENT, ID_HASH_KEY: 'short', KV_BUDGET_MS: 'soon' } },
      createExecutionContext,
    );
    const { problems } = await read(HealthAnswer, '/health');
    expect(problems.join('\n')).toContain('ID_HASH_KEY is ignored: must be 64 hexadecimal digits');
    expect(problems.join('\n')).toContain('KV_BUDGET_MS is ignored');
  });

  test('HEAD has no body, and every answer the security headers', async () => {
    const head = await ask(`${P}/popular`, { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('browsers may read from configured origins only', async () => {
    const preflight = {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'GET' },
    };
    expect((await ask('/health', preflight)).headers.get('access-control-allow-origin')).toBeNull();
    ask = edgeOf({ env: { ...PATIENT, CORS_ORIGINS: 'https://shop.example, https://b.example' } });
    const allowed = await ask('/health', preflight);
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
      204,
      'https://shop.example',
    ]);
    const other = await ask('/health', { headers: { origin: 'https://evil.example' } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('the deployed entry answers too', async () => {
    const response = await exports.default.fetch('https://edge.example/health');
    expect(HealthAnswer.parse(await response.json())).toMatchObject({ status: 'healthy' });
  });
});
