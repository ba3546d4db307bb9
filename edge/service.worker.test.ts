import { createExecutionContext, reset } from 'cloudflare:test';
import { env, exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { PairsAnswer } from '../shared/api/pairs.ts';
import { Problem } from '../shared/api/problem.ts';
import { UserAnswer } from '../shared/api/recommendation.ts';
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

async function read<S extends z.ZodType>(schema: S, path: string): Promise<z.infer<S>> {
  const { status, text } = await ask(path);
  expect(status, text).toBe(200);
  return schema.parse(JSON.parse(text));
}

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
