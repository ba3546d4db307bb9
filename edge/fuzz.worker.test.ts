import { createExecutionContext, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { MetricsAnswer, ProductsAnswer, SegmentsAnswer } from '../shared/api/analytics.ts';
import { OlderAnswer } from '../shared/api/older.ts';
import { PairsAnswer } from '../shared/api/pairs.ts';
import { PROBLEM_TYPE, Problem } from '../shared/api/problem.ts';
import {
  AffinityAnswer,
  CartAnswer,
  PageAnswer,
  PopularAnswer,
  ProductAnswer,
  RecommendationPart,
  UserAnswer,
} from '../shared/api/recommendation.ts';
import { type Ask, edgeOf, PATIENT } from './testing/askEdge.ts';
import { PRODUCTS, USERS } from './testing/sampleShop.ts';
import { makePointer, makeSnapshot } from './testing/sampleSnapshot.ts';
import { writeAll } from './testing/workerKv.ts';

const RUNS = 2_000;
const P = '/api/v1/personalize/recommendations';
let ask: Ask;

beforeAll(async () => {
  await reset();
  const snapshot = await makeSnapshot(2);
  await writeAll(env.SNAPSHOTS, [...snapshot.values, makePointer(2, null)]);
  ask = edgeOf({ kv: env.SNAPSHOTS, env: { ...PATIENT, POINTER_TTL_MS: '60000' } }, createExecutionContext);
});

const productIds = PRODUCTS.map(({ card }) => card.product_id);
const text = fc.oneof(
  fc.constantFrom(...productIds, ...Object.keys(USERS), 'Lahore', 'Punjab', 'Pillows', 'Bedding > Pillows'),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '',
    ' ',
    '.',
    '..',
    '%',
    '%00',
    '__proto__',
    '<script>',
    "' OR 1=1 --",
    '{"a":1}',
    '\n',
    '/',
  ),
);
const number = fc.oneof(
  fc.integer({ min: 1, max: 100 }).map(String),
  fc.constantFrom('0', '-1', '101', '1e2', '1.5', 'NaN', '', ' 5', '99999999999999999999', '٣'),
);
const slots = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'user',
        'similar',
        'cart',
        'popular',
        'next',
        'item-affinity',
        'by-location',
        'trending',
        'x',
      ),
      fc.constantFrom('', ':1', ':5', ':100', ':0', ':'),
    ),
    { maxLength: 9 },
  )
  .map((pairs) => pairs.map((pair) => pair.join('')).join());
const parameter = fc.oneof(
  fc.tuple(fc.constantFrom('limit', 'numResults', 'offset'), number),
  fc.tuple(
    fc.constantFrom(
      'exclude',
      'province',
      'city',
      'category',
      'product_id',
      'items',
      'context',
      'user',
      'exclude_bought',
      'id_source',
      'fields',
      'strict',
      'in_stock',
      'slots',
    ),
    text,
  ),
  fc.tuple(
    fc.constantFrom('price_min', 'price_max'),
    fc.oneof(number, fc.constantFrom('7', '9.5', '1.23456', '.5')),
  ),
  fc.tuple(fc.constant('slots'), slots),
  fc.tuple(fc.constant('fields'), fc.constantFrom('url', 'url,price', 'reason', ',', 'url,colour')),
  fc.tuple(fc.constantFrom('strict', 'in_stock', 'exclude_bought'), fc.constantFrom('0', '1', '2')),
  fc.tuple(fc.constant('id_source'), fc.constantFrom('shopify', 'till', 'nowhere', 'a b')),
  fc.tuple(fc.string({ maxLength: 20 }), text),
);
const reads = [
  { path: `${P}/user/`, takesId: true, schema: UserAnswer },
  { path: `${P}/item-affinity/`, takesId: true, schema: AffinityAnswer },
  { path: `${P}/page`, takesId: false, schema: PageAnswer },
  { path: `${P}/page?slots=user:3,similar,popular:2&`, takesId: false, schema: PageAnswer },
  { path: `${P}/similar`, takesId: false, schema: ProductAnswer },
  { path: `${P}/next`, takesId: false, schema: UserAnswer },
  { path: `${P}/similar/`, takesId: true, schema: ProductAnswer },
  { path: `${P}/cart`, takesId: false, schema: CartAnswer },
  { path: `${P}/popular`, takesId: false, schema: PopularAnswer },
  { path: `${P}/trending`, takesId: false, schema: PopularAnswer },
  { path: `${P}/by-location`, takesId: false, schema: PopularAnswer },
  { path: '/recommendations/', takesId: true, schema: OlderAnswer },
  { path: '/api/v1/analytics/collaborative-pairs', takesId: false, schema: PairsAnswer },
  { path: '/api/v1/analytics/collaborative-products', takesId: false, schema: ProductsAnswer },
  { path: '/api/v1/analytics/customer-similarity', takesId: false, schema: SegmentsAnswer },
  { path: '/api/v1/analytics/collaborative-metrics', takesId: false, schema: MetricsAnswer },
] as const;

/** Lone surrogates cannot be percent-encoded; `.` and `..` are resolved before they are sent. */
const encode = (value: string) => encodeURIComponent(value.toWellFormed().replace(/^\.{1,2}$/, ''));

/** Checks the answer and gives the products in its lists. */
function shownIn(
  { path, schema }: (typeof reads)[number],
  body: unknown,
  parameters: readonly (readonly [string, string])[],
): string[] {
  const hasParts = parameters.some(([name]) => name === 'fields') && !path.startsWith('/recommendations');
  const answer = hasParts ? Parts.parse(body) : schema.parse(body);
  if ('slots' in answer && answer.slots)
    return answer.slots.flatMap(({ recommendations }) => idsOf(recommendations));
  return 'recommendations' in answer && answer.recommendations ? idsOf(answer.recommendations) : [];
}

const idsOf = (items: readonly { readonly product_id: string }[]) => items.map((item) => item.product_id);
const Listed = z.object({ recommendations: z.array(RecommendationPart.strict()) });
const Parts = Listed.partial().extend({ slots: z.array(Listed).optional() });

test('whatever is asked, the answer is as documented and never an error of ours', async () => {
  const question = fc.record({
    read: fc.constantFrom(...reads),
    id: text,
    parameters: fc.array(parameter, { maxLength: 5 }),
    method: fc.constantFrom('GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'DELETE'),
    known: fc.constantFrom(null, '*', '"x"', ',,', 'W/'),
  });
  await fc.assert(
    fc.asyncProperty(question, async ({ read, id, parameters, method, known }) => {
      const query = parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
      const path = `${read.path}${read.takesId ? encode(id) : ''}${read.path.includes('?') ? '' : '?'}${query}`;
      const headers = known === null ? {} : { 'if-none-match': known };
      const answer = await ask(path, { method, headers });
      expect([200, 304, 400, 405], `${method} ${path}: ${answer.status} ${answer.text}`).toContain(
        answer.status,
      );
      if (answer.text === '') return;
      const body: unknown = JSON.parse(answer.text);
      if (answer.status === 200) {
        const shown = shownIn(read, body, parameters);
        expect(new Set(shown).size).toBe(shown.length);
        // Sold out, and never recommended at all.
        const wantsSoldOut = parameters.some(([name, value]) => name === 'in_stock' && value === '0');
        if (!wantsSoldOut) expect(shown).not.toContain('P-5');
        expect(shown).not.toContain('P-20');
      } else {
        expect(Problem.parse(body).status).toBe(answer.status);
        expect(answer.headers.get('content-type')).toBe(PROBLEM_TYPE);
      }
    }),
    { numRuns: RUNS },
  );
});
