import { createExecutionContext, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { OlderAnswer } from '../shared/api/older.ts';
import { PairsAnswer } from '../shared/api/pairs.ts';
import { PROBLEM_TYPE, Problem } from '../shared/api/problem.ts';
import { CartAnswer, PopularAnswer, ProductAnswer, UserAnswer } from '../shared/api/recommendation.ts';
import { type Ask, edgeOf, PATIENT } from './testing/askEdge.ts';
import { PRODUCTS, USERS } from './testing/sampleShop.ts';
import { makePointer, makeSnapshot } from './testing/sampleSnapshot.ts';
import { writeAll } from './testing/workerKv.ts';

const RUNS = 1_500;
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
    ),
    text,
  ),
  fc.tuple(fc.string({ maxLength: 20 }), text),
);
const reads = [
  { path: `${P}/user/`, takesId: true, schema: UserAnswer },
  { path: `${P}/item-affinity/`, takesId: true, schema: UserAnswer },
  { path: `${P}/next`, takesId: false, schema: UserAnswer },
  { path: `${P}/similar/`, takesId: true, schema: ProductAnswer },
  { path: `${P}/cart`, takesId: false, schema: CartAnswer },
  { path: `${P}/popular`, takesId: false, schema: PopularAnswer },
  { path: `${P}/trending`, takesId: false, schema: PopularAnswer },
  { path: `${P}/by-location`, takesId: false, schema: PopularAnswer },
  { path: '/recommendations/', takesId: true, schema: OlderAnswer },
  { path: '/api/v1/analytics/collaborative-pairs', takesId: false, schema: PairsAnswer },
] as const;

/** Lone surrogates cannot be percent-encoded; `.` and `..` are resolved before they are sent. */
const encode = (value: string) => encodeURIComponent(value.toWellFormed().replace(/^\.{1,2}$/, ''));

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
      const path = `${read.path}${read.takesId ? encode(id) : ''}?${query}`;
      const headers = known === null ? {} : { 'if-none-match': known };
      const answer = await ask(path, { method, headers });
      expect([200, 304, 400, 405], `${method} ${path}: ${answer.status} ${answer.text}`).toContain(
        answer.status,
      );
      if (answer.text === '') return;
      const body: unknown = JSON.parse(answer.text);
      if (answer.status === 200) {
        const list = read.schema.parse(body);
        if (!('recommendations' in list)) return;
        const shown = list.recommendations.map((item) => item.product_id);
        expect(new Set(shown).size).toBe(shown.length);
        expect(shown).not.toContain('P-5');
        expect(shown).not.toContain('P-20');
      } else {
        expect(Problem.parse(body).status).toBe(answer.status);
        expect(answer.headers.get('content-type')).toBe(PROBLEM_TYPE);
      }
    }),
    { numRuns: RUNS },
  );
});
