import { createExecutionContext, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import {
  PopularAnswer,
  ProductAnswer,
  type RecommendationList,
  UserAnswer,
} from '../shared/api/recommendation.ts';
import { type Ask, edgeOf } from './testing/askEdge.ts';
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
      storefront_id: null,
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
      'You buy this every 5 weeks',
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
