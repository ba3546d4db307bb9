import { createExecutionContext, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { MetricsAnswer, ProductsAnswer, SegmentsAnswer } from '../shared/api/analytics.ts';
import { PairsAnswer } from '../shared/api/pairs.ts';
import { Problem } from '../shared/api/problem.ts';
import {
  AffinityAnswer,
  PageAnswer,
  PopularAnswer,
  ProductAnswer,
  RecommendationPart,
  UserAnswer,
} from '../shared/api/recommendation.ts';
import { createCustomerKeyer } from '../shared/identity/customerKey.ts';
import { AVAILABILITY_KEY, encodeAvailability } from '../shared/overlay/availability.ts';
import { encodeRecent, RECENT_KEY } from '../shared/overlay/recent.ts';
import { type EdgeRule, RULES_KEY } from '../shared/rules/rulesDocument.ts';
import { type Ask, edgeOf } from './testing/askEdge.ts';
import { TEST_KEY } from './testing/sampleShop.ts';
import { makePointer, makeSnapshot } from './testing/sampleSnapshot.ts';
import { writeAll } from './testing/workerKv.ts';

const P = '/api/v1/personalize/recommendations';
const A = '/api/v1/analytics';
let ask: Ask;

beforeEach(async () => {
  await reset();
  const snapshot = await makeSnapshot(2);
  await writeAll(env.SNAPSHOTS, [...snapshot.values, makePointer(2, null)]);
  ask = edgeOf({ kv: env.SNAPSHOTS }, createExecutionContext);
});

async function read<S extends z.ZodType>(schema: S, path: string): Promise<z.infer<S>> {
  const { status, text } = await ask(path);
  expect(status, text).toBe(200);
  return schema.parse(JSON.parse(text));
}
interface Listed {
  readonly recommendations: readonly { readonly product_id: string }[];
}
const ids = ({ recommendations }: Listed) => recommendations.map((item) => Number(item.product_id.slice(2)));

describe('a page', () => {
  test('has all its lists in one answer, no product twice, each as it was asked', async () => {
    const path = `${P}/page?slots=user:3,similar:2,user:2,popular&user=ayesha&items=P-3&limit=4`;
    const page = await read(PageAnswer, path);
    expect(page).toMatchObject({ user_id: 'ayesha', source: 'kv', snapshot: 2, rules: 'live', warnings: [] });
    expect(page.slots.map(({ slot, placement }) => [slot, placement])).toEqual([
      ['user:3', 'user'],
      ['similar:2', 'similar'],
      ['user:2', 'user'],
      ['popular', 'popular'],
    ]);
    expect(page.slots.map(ids)).toEqual([
      [11, 2, 13],
      // 13 goes with 3 too, but stands above.
      [4, 6],
      [12, 19],
      [7, 8, 9, 10],
    ]);
    const all = page.slots.flatMap(ids);
    expect(new Set(all).size).toBe(all.length);
    expect(page.slots.map(({ personal }) => personal)).toEqual([true, false, true, false]);
  });

  test('that names a customer or guesses the place is private, else shared, and has an ETag', async () => {
    const cacheOf = async (query: string) => (await ask(`${P}/page?${query}`)).headers.get('cache-control');
    expect(await cacheOf('slots=similar,popular&items=P-1')).toContain('public');
    expect(await cacheOf('slots=similar,popular&items=P-1&user=ayesha')).toContain('private');
    expect(await cacheOf('slots=popular,by-location')).toContain('private');
    const first = await ask(`${P}/page?slots=popular`);
    const again = await ask(`${P}/page?slots=popular`, {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test.each([
    '',
    'slots=',
    'slots=user:0',
    'slots=user:101',
    'slots=user:',
    'slots=boats',
    `slots=${'user,'.repeat(9)}`,
  ])('without proper slots is refused: %s', async (query) => {
    const { status, text } = await ask(`${P}/page?${query}`);
    expect([status, Problem.parse(JSON.parse(text)).parameter]).toEqual([400, 'slots']);
  });
});

describe('several products', () => {
  test('have similar items together, none of them in the answer', async () => {
    const several = await read(ProductAnswer, `${P}/similar?items=P-1,P-2&limit=3`);
    expect(several).toMatchObject({ product_id: null, items: ['P-1', 'P-2'], fallback: null });
    expect(ids(several)).toEqual([11, 12, 19]);
    const withPath = await read(ProductAnswer, `${P}/similar/P-1?items=P-2&limit=3`);
    expect(withPath).toMatchObject({ product_id: 'P-1', items: ['P-1', 'P-2'] });
    expect(ids(withPath)).toEqual(ids(several));
    expect(ids(await read(ProductAnswer, `${P}/similar/P-1?context=P-2&limit=3`))).toEqual(ids(several));
  });
});

describe('a list', () => {
  test('may be limited by price, category and stock', async () => {
    expect(ids(await read(PopularAnswer, `${P}/popular?price_min=7&price_max=9.5`))).toEqual([7, 8, 9]);
    expect(ids(await read(UserAnswer, `${P}/user/ayesha?category=pillows&limit=4`))).toEqual([
      11, 13, 12, 19,
    ]);
    const path = encodeURIComponent('Bedding > Mattresses');
    expect(ids(await read(UserAnswer, `${P}/user/ayesha?category=${path}&limit=3`))).toEqual([2, 6, 7]);
    expect(ids(await read(PopularAnswer, `${P}/by-location?city=Lahore&category=Pillows&limit=2`))).toEqual([
      11, 12,
    ]);
    expect(ids(await read(UserAnswer, `${P}/user/ayesha?category=boats`))).toEqual([]);
    const all = await read(UserAnswer, `${P}/user/ayesha?in_stock=0&limit=3`);
    expect(ids(all)).toEqual([11, 5, 2]);
    expect(all.recommendations[1]).toMatchObject({ available: false });
  });

  test('of some fields holds these and the product ids only', async () => {
    const schema = z.object({ recommendations: z.array(RecommendationPart.strict()) });
    const { recommendations } = await read(
      schema,
      `${P}/popular?limit=1&fields=url,variant_id&fields=reason`,
    );
    expect(recommendations).toEqual([
      {
        product_id: 'P-6',
        url: 'https://shop.example/products/6',
        variant_id: '600',
        reason: 'Popular in this shop',
      },
    ]);
  });

  test('blends in what goes with the products being looked at', async () => {
    expect(ids(await read(UserAnswer, `${P}/user/ayesha?context=P-3&limit=4`))).toEqual([13, 11, 4, 2]);
    expect(ids(await read(AffinityAnswer, `${P}/item-affinity/ayesha?context=P-3&limit=4`))).toEqual([
      14, 4, 15, 13,
    ]);
  });

  test.each([
    ['popular?price_min=abc', 'price_min'],
    ['popular?price_max=-1', 'price_max'],
    ['popular?price_min=5&price_max=4', 'price_min'],
    ['popular?in_stock=yes', 'in_stock'],
    ['popular?fields=colour', 'fields'],
    ['popular?id_source=a b', 'id_source'],
    ['popular?strict=2', 'strict'],
    ['popular?strict=1&utm_source=mail', 'utm_source'],
    [`similar?items=${'x'.repeat(257)}`, 'items'],
    [`user/a?context=${'x,'.repeat(201)}`, 'context'],
    [`next?user=${'x'.repeat(257)}`, 'user'],
  ])('%s is refused, naming %s', async (path, parameter) => {
    const { status, text } = await ask(`${P}/${path}`);
    expect([status, Problem.parse(JSON.parse(text)).parameter], text).toEqual([400, parameter]);
  });

  test('ignores what a signature or a consent banner adds, even when strict', async () => {
    const path = `${P}/popular?strict=1&shop=example.myshopify.com&timestamp=1&signature=x&consent=granted`;
    expect((await read(PopularAnswer, path)).warnings).toEqual([]);
  });
});

describe('item affinity', () => {
  test("names the customer's categories", async () => {
    const answer = await read(AffinityAnswer, `${P}/item-affinity/ayesha?limit=1`);
    expect(answer.categories).toEqual([
      { category: 'Pillows', category_path: ['Bedding', 'Pillows'], products: 2 },
      { category: 'Mattresses', category_path: ['Bedding', 'Mattresses'], products: 2 },
    ]);
    expect(await read(AffinityAnswer, `${P}/item-affinity/nobody`)).toMatchObject({ categories: [] });
  });

  test('of a customer without one is blended from purchases and the own list, which is said', async () => {
    const answer = await read(AffinityAnswer, `${P}/item-affinity/bilal?limit=2`);
    expect(ids(answer)).toEqual([4, 13]);
    expect(answer.warnings.join()).toContain('no item affinity');
    expect(answer).toMatchObject({ fallback: 'similar', personal: true });
  });
});

describe('ids of other systems', () => {
  test('find a product with and without the name of the system', async () => {
    const own = ids(await read(ProductAnswer, `${P}/similar/P-1?limit=3`));
    for (const path of ['9001', '100', '9001?id_source=shopify'])
      expect(
        ids(await read(ProductAnswer, `${P}/similar/${path}${path.includes('?') ? '&' : '?'}limit=3`)),
      ).toEqual(own);
    // The till calls another product P-2 than the shop does.
    expect(ids(await read(ProductAnswer, `${P}/similar/P-2?id_source=till&limit=2`))).toEqual([4, 13]);
    expect(ids(await read(ProductAnswer, `${P}/similar/P-2?limit=2`))).toEqual([1, 12]);
    const unknown = await read(ProductAnswer, `${P}/similar/P-1?id_source=elsewhere`);
    expect(unknown.fallback).toBe('popular_overall');
    expect(ids(await read(UserAnswer, `${P}/user/ayesha?exclude=9001,P-11&limit=2`))).toEqual([2, 13]);
  });

  test('find a customer, unless they could mean another', async () => {
    const own = ids(await read(UserAnswer, `${P}/user/ayesha?limit=5`));
    const bilal = ids(await read(UserAnswer, `${P}/user/bilal?limit=3`));
    expect(ids(await read(UserAnswer, `${P}/user/601?limit=5`))).toEqual(own);
    expect(ids(await read(UserAnswer, `${P}/user/601?id_source=shopify&limit=5`))).toEqual(own);
    expect(ids(await read(UserAnswer, `${P}/user/17?id_source=till&limit=3`))).toEqual(bilal);
    expect(ids(await read(UserAnswer, `${P}/user/ayesha?id_source=till&limit=3`))).toEqual(bilal);
    expect(await read(UserAnswer, `${P}/user/17`)).toMatchObject({ personal: false });
    expect(await read(UserAnswer, `${P}/user/ayesha?id_source=shopify`)).toMatchObject({ personal: false });
    expect(await read(UserAnswer, `${P}/user/shopify%0017`)).toMatchObject({ personal: false });
  });

  test("are first those of the shop's usual system", async () => {
    const settings = { ID_HASH_KEY: TEST_KEY, ENVIRONMENT: 'local', USER_READS: 'local', ID_SOURCE: 'till' };
    const byTill = edgeOf({ kv: env.SNAPSHOTS, env: settings }, createExecutionContext);
    const first = ids(UserAnswer.parse(JSON.parse((await byTill(`${P}/user/ayesha?limit=1`)).text)));
    expect(first).toEqual([4]);
    expect(ids(ProductAnswer.parse(JSON.parse((await byTill(`${P}/similar/P-2?limit=1`)).text)))).toEqual([
      4,
    ]);
    expect(ids(ProductAnswer.parse(JSON.parse((await byTill(`${P}/similar/P-1?limit=1`)).text)))).toEqual([
      2,
    ]);
  });
});

describe('since the snapshot', () => {
  const keyOf = createCustomerKeyer(TEST_KEY);
  const putRecent = (...bought: [string, number[]][]) =>
    env.SNAPSHOTS.put(
      RECENT_KEY,
      encodeRecent(
        { version: 1, asOf: 0 },
        bought.map(([id, items]) => ({ key: keyOf(id), items })),
      ),
    );
  const putAvailability = (changes: [number, 0 | 1, number | null][]) =>
    env.SNAPSHOTS.put(
      AVAILABILITY_KEY,
      encodeAvailability({ format: 1, version: 1, as_of: '2026-03-03T00:00:00Z', changes }),
    );

  test('what a customer just bought vanishes, due again or not, and brings what goes with it', async () => {
    await putRecent(['ayesha', [2, 3]]);
    const answer = await read(UserAnswer, `${P}/user/ayesha?limit=6`);
    expect(ids(answer)).toEqual([11, 13, 4, 12, 19, 10]);
    expect(answer.degraded).toEqual([]);
    const page = await read(PageAnswer, `${P}/page?slots=similar:2&items=P-1&user=ayesha`);
    expect(page.slots.map(ids)).toEqual([[11, 6]]);
  });

  test('a new customer is known by the first orders, under any name', async () => {
    await putRecent(['carol', [3]]);
    const answer = await read(UserAnswer, `${P}/user/carol?limit=3`);
    expect(ids(answer)).toEqual([4, 13, 6]);
    expect(answer).toMatchObject({ personal: true, fallback: 'similar' });
  });

  test('sold-out products vanish, others come back, and prices are those of now', async () => {
    await putAvailability([
      [6, 0, null],
      [5, 1, 4.25],
      [20, 1, null],
      [7, 1, 99],
    ]);
    const answer = await read(PopularAnswer, `${P}/popular?limit=100`);
    expect(ids(answer)).toContain(5);
    expect(ids(answer)).not.toContain(6);
    expect(ids(answer)).not.toContain(20);
    const [seven] = answer.recommendations;
    expect(seven).toMatchObject({ product_id: 'P-7', price: 99, available: true });
    expect(answer.recommendations.find(({ product_id }) => product_id === 'P-5')).toMatchObject({
      price: 4.25,
      available: true,
    });
    expect(ids(await read(PopularAnswer, `${P}/popular?price_min=50`))).toEqual([7]);
  });

  test('an unreadable document is said, and the answer not kept', async () => {
    await env.SNAPSHOTS.put(AVAILABILITY_KEY, new TextEncoder().encode('{}'));
    await env.SNAPSHOTS.put(RECENT_KEY, new TextEncoder().encode('broken'));
    const answer = await ask(`${P}/user/ayesha?limit=2`);
    expect(UserAnswer.parse(JSON.parse(answer.text))).toMatchObject({
      source: 'kv',
      personal: true,
      degraded: expect.arrayContaining([
        { part: 'availability', source: 'defaults' },
        { part: 'recent', source: 'defaults' },
      ]),
    });
    expect([answer.headers.get('cache-control'), answer.headers.get('etag')]).toEqual(['no-store', null]);
  });
});

describe("the shop's rules", () => {
  const rule = (over: Partial<EdgeRule>): EdgeRule => ({
    ...{ id: 'r', effect: 'hide', items: [], category: null, amount: 0 },
    ...{ placements: null, in_category: null, province: null, from: null, until: null },
    ...over,
  });
  const putRules = (...rules: EdgeRule[]) =>
    env.SNAPSHOTS.put(
      RULES_KEY,
      new TextEncoder().encode(JSON.stringify({ format: 1, version: 1, updated_at: null, rules })),
    );

  test('hide, pin, boost and bury in every list, and pages turn without repeats', async () => {
    await putRules(
      rule({ items: [7] }),
      rule({ effect: 'pin', items: [19], amount: 2 }),
      rule({ effect: 'boost', items: [11], amount: 10 }),
      rule({ effect: 'bury', items: [6], amount: 3 }),
    );
    const popular = await read(PopularAnswer, `${P}/popular?limit=6`);
    expect(ids(popular)).toEqual([11, 19, 8, 9, 10, 6]);
    expect(popular.recommendations[1]).toMatchObject({ step: 'pinned', reason: 'Chosen by the shop' });
    const pages = await Promise.all(
      [0, 3].map((offset) => read(PopularAnswer, `${P}/popular?limit=3&offset=${offset}`)),
    );
    expect(pages.flatMap(ids)).toEqual(ids(popular));
    // A pin does not make a list personal, nor a fallback.
    expect(await read(UserAnswer, `${P}/user/nobody`)).toMatchObject({
      personal: false,
      fallback: 'popular_overall',
    });
  });

  test('hold where they are meant to: by placement, category and province', async () => {
    await putRules(
      rule({ items: [11], placements: ['user'] }),
      rule({ effect: 'pin', items: [16], amount: 1, province: 'punjab' }),
      rule({ effect: 'pin', items: [17], amount: 1, in_category: 'mattresses' }),
    );
    expect(ids(await read(UserAnswer, `${P}/user/ayesha?limit=2`))).toEqual([16, 2]);
    expect(ids(await read(UserAnswer, `${P}/user/bilal?limit=1`))).toEqual([4]);
    expect(ids(await read(ProductAnswer, `${P}/similar/P-1?limit=3`))).toEqual([17, 2, 11]);
  });
});

describe('analytics', () => {
  test('of products name how they are bought and what goes with them', async () => {
    const { products } = await read(ProductsAnswer, `${A}/collaborative-products`);
    expect(products).toEqual([
      {
        product_id: 'P-1',
        product_name: 'Mattress 1 “Süß”',
        category_path: ['Bedding', 'Mattresses'],
        orders: 10,
        customers: 8,
        repeat_rate: 0.25,
        neighbours: 3,
        best_pair: { product_id: 'P-2', product_name: 'Mattress 2 “Süß”', orders: 5, confidence: 0.5 },
      },
      expect.objectContaining({ product_id: 'P-5', repeat_rate: null, best_pair: null }),
    ]);
    expect(
      (await read(ProductsAnswer, `${A}/collaborative-products?offset=1&limit=1`)).products,
    ).toHaveLength(1);
  });

  test('of customers tell sizes and tastes of groups, and nobody by name', async () => {
    const answer = await read(SegmentsAnswer, `${A}/customer-similarity`);
    expect(answer).toMatchObject({ customers: 40, least_customers: 10, source: 'kv' });
    expect(answer.segments).toEqual([
      {
        segment: 1,
        customers: 30,
        share: 0.75,
        orders_per_customer: 2.5,
        similarity: 0.8,
        tastes: [
          { category: 'Mattresses', category_path: ['Bedding', 'Mattresses'], share: 0.75, lift: 1.5 },
        ],
      },
    ]);
  });

  test('of the shop give the figures of the orders and of the snapshot', async () => {
    const answer = await read(MetricsAnswer, `${A}/collaborative-metrics`);
    expect(answer).toMatchObject({
      data_until: '2026-02-28T00:00:00.000Z',
      metrics: { items_per_order: 1.5, pairs: 12, products: 20, users: 2 },
    });
  });

  test('of pairs say how sure they are', async () => {
    const of = await read(PairsAnswer, `${A}/collaborative-pairs?product_id=9001&id_source=shopify`);
    expect(of.pairs.map((pair) => [pair.paired_product_id, pair.confidence])).toEqual([
      ['P-2', 0.5],
      ['P-11', 0.4],
    ]);
    const top = await read(PairsAnswer, `${A}/collaborative-pairs?offset=1`);
    expect(top.pairs.map((pair) => [pair.paired_product_id, pair.confidence])).toEqual([['P-11', 0.4]]);
  });

  test('that no reachable store holds are 503 with Retry-After, not made up', async () => {
    ask = edgeOf({ kv: null }, createExecutionContext);
    for (const name of ['products', 'pairs', 'metrics'].map((word) => `collaborative-${word}`)) {
      const { status, headers, text } = await ask(`${A}/${name}`);
      expect([status, Problem.parse(JSON.parse(text)).code]).toEqual([503, 'unavailable']);
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
    }
  });
});

test('how old the snapshot is stands in a header, not in the body', async () => {
  let now = Date.parse('2026-03-02T00:01:00Z');
  ask = edgeOf(
    { kv: env.SNAPSHOTS, clock: { now: () => now, after: () => () => undefined } },
    createExecutionContext,
  );
  const first = await ask(`${P}/popular`);
  now += 60_000;
  const later = await ask(`${P}/popular`);
  expect([first.headers.get('snapshot-age'), later.headers.get('snapshot-age')]).toEqual(['60', '120']);
  expect([later.text, later.headers.get('etag')]).toEqual([first.text, first.headers.get('etag')]);
  expect(first.headers.get('cache-tag')).toBe('recommendations');
});

describe('who may not be told what was bought', () => {
  const reasonsOf = async (path: string) => {
    const { recommendations } = await read(UserAnswer, path);
    return recommendations.map(({ reason_code, reason_product_id }) => [reason_code, reason_product_id]);
  };

  test('reads of the own list no reason that tells it', async () => {
    const open = { ID_HASH_KEY: TEST_KEY, USER_READS: 'open' };
    ask = edgeOf({ kv: env.SNAPSHOTS, env: open }, createExecutionContext);
    expect(await reasonsOf(`${P}/user/ayesha?limit=5`)).toEqual([
      ['for_you', null],
      ['for_you', null],
      ['similar_taste', null],
      ['for_you', null],
      ['for_you', null],
    ]);
    const { categories } = await read(AffinityAnswer, `${P}/item-affinity/ayesha?limit=1`);
    expect(categories.map(({ category }) => category)).toEqual(['Pillows']);
  });

  test('is, without a signature, a guest', async () => {
    ask = edgeOf(
      { kv: env.SNAPSHOTS, env: { ID_HASH_KEY: TEST_KEY, USER_READS: 'signed' } },
      createExecutionContext,
    );
    const answer = await read(UserAnswer, `${P}/user/ayesha?limit=2`);
    expect(answer).toMatchObject({ user_id: 'ayesha', personal: false, fallback: 'popular_overall' });
    expect(answer.warnings.join()).toContain('not personal');
    const page = await read(PageAnswer, `${P}/page?slots=user:2,popular:2&user=ayesha`);
    expect(page.slots.map(({ personal }) => personal)).toEqual([false, false]);
    expect(page.warnings).toHaveLength(1);
  });
});

test('any stretch of a list is what filtering the whole list by hand gives', async () => {
  const path = fc.constantFrom(
    'popular',
    'trending',
    'user/ayesha',
    'user/nobody',
    'similar/P-1',
    'cart',
    'next',
  );
  const asked = fc.record({
    path,
    limit: fc.integer({ min: 1, max: 25 }),
    offset: fc.integer({ min: 0, max: 12 }),
    exclude: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 6 }),
    min: fc.option(fc.integer({ min: 0, max: 20 })),
    max: fc.option(fc.integer({ min: 0, max: 20 })),
    inStock: fc.boolean(),
  });
  const all = new Map<string, UserAnswer['recommendations']>();
  await fc.assert(
    fc.asyncProperty(asked, async ({ path: of, limit, offset, exclude, min, max, inStock }) => {
      fc.pre(min === null || max === null || min <= max);
      const whole =
        all.get(of) ??
        (
          await read(
            z.object({ recommendations: UserAnswer.shape.recommendations }),
            `${P}/${of}?limit=100&in_stock=0`,
          )
        ).recommendations;
      all.set(of, whole);
      const expected = whole
        .filter(({ product_id }) => !exclude.includes(Number(product_id.slice(2))))
        .filter(({ price }) => price !== null && price >= (min ?? 0) && price <= (max ?? 1e9))
        .filter(({ available }) => available || !inStock)
        .slice(offset, offset + limit);
      const query = new URLSearchParams({
        ...{ limit: String(limit), offset: String(offset), in_stock: inStock ? '1' : '0' },
        exclude: exclude.map((item) => `P-${item}`).join(),
        ...(min === null ? {} : { price_min: String(min) }),
        ...(max === null ? {} : { price_max: String(max) }),
      });
      const { text } = await ask(`${P}/${of}?${query}`);
      const { recommendations } = z
        .object({ recommendations: UserAnswer.shape.recommendations })
        .parse(JSON.parse(text));
      expect(ids({ recommendations })).toEqual(ids({ recommendations: expected }));
    }),
    { numRuns: 150 },
  );
});

test('of a page no product stands twice, whatever its lists, and each is as long as asked while there are products', async () => {
  const slot = fc.tuple(
    fc.constantFrom('user', 'next', 'item-affinity', 'similar', 'cart', 'popular', 'by-location', 'trending'),
    fc.integer({ min: 1, max: 6 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(slot, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('', 'ayesha', 'bilal', 'nobody'),
      fc.constantFrom('', 'P-1', 'P-1,P-3', 'none'),
      async (slots, user, items) => {
        const query = new URLSearchParams({ slots: slots.map((pair) => pair.join(':')).join(), user, items });
        const page = await read(PageAnswer, `${P}/page?${query}`);
        const shown = page.slots.flatMap(ids);
        expect(new Set(shown).size).toBe(shown.length);
        // 18 products can be sold; none of a slot's own may be among them for some reads.
        let left = 18 - 4;
        page.slots.forEach((given, i) => {
          const wanted = slots[i]?.[1] ?? 0;
          expect(given.recommendations.length).toBeGreaterThanOrEqual(Math.max(0, Math.min(wanted, left)));
          expect(given.recommendations.length).toBeLessThanOrEqual(wanted);
          left -= given.recommendations.length;
        });
      },
    ),
    { numRuns: 100 },
  );
});
