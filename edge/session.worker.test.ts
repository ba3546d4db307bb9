import { createExecutionContext, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { OlderAnswer } from '../shared/api/older.ts';
import { Problem } from '../shared/api/problem.ts';
import {
  CartAnswer,
  PopularAnswer,
  type RecommendationList,
  UserAnswer,
} from '../shared/api/recommendation.ts';
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

async function read<S extends z.ZodType>(schema: S, path: string, init?: RequestInit): Promise<z.infer<S>> {
  const { status, text } = await ask(path, init);
  expect(status, text).toBe(200);
  return schema.parse(JSON.parse(text));
}
const ids = ({ recommendations }: Pick<RecommendationList, 'recommendations'>) =>
  recommendations.map((item) => Number(item.product_id.slice(2)));

describe('a session', () => {
  test('of a cart gets what goes with all of it, and nothing that is in it', async () => {
    const answer = await read(CartAnswer, `${P}/cart?items=P-1,P-2&items=none&limit=5`);
    expect(answer).toMatchObject({ items: ['P-1', 'P-2', 'none'], personal: false, fallback: null });
    expect(ids(answer)).toEqual([11, 12, 19, 6, 7]);
    expect(answer.recommendations[1]?.reason).toBe('Often bought with Mattress 2 “Süß”');
    expect(await read(CartAnswer, `${P}/cart`)).toMatchObject({ items: [], fallback: 'popular_overall' });
  });

  test('of a customer blends the own list with what goes with the products being looked at', async () => {
    const answer = await read(UserAnswer, `${P}/next?user=ayesha&context=P-3&limit=6`);
    expect(answer).toMatchObject({ user_id: 'ayesha', personal: true, fallback: null });
    // 13 is in both; 3 itself is being looked at.
    expect(ids(answer)).toEqual([13, 11, 4, 2, 12, 19]);
    const guest = await read(UserAnswer, `${P}/next?context=P-3&limit=3`);
    expect(guest).toMatchObject({ user_id: null, personal: false, fallback: null });
    expect(ids(guest)).toEqual([4, 13, 6]);
  });
});

test('trending products come first, then popular ones', async () => {
  const answer = await read(PopularAnswer, `${P}/trending?limit=3`);
  expect(ids(answer)).toEqual([19, 18, 6]);
  expect(answer.recommendations[0]).toMatchObject({ step: 'trending', reason: 'Selling more than before' });
});

describe('clients of the older service', () => {
  test('find their addresses and shapes', async () => {
    const answer = await read(OlderAnswer, '/recommendations/ayesha?numResults=2');
    expect(answer.message).toBe('Recommendations for ayesha');
    expect(answer.recommendations[0]).toEqual({
      product_id: 'P-11',
      probability: expect.closeTo(0.2, 1),
      product_name: 'Pillow 11 “Süß”',
      department: 'Bedding',
      aisle: 'Pillows',
    });
    const body = JSON.stringify({ user_id: 17850, event: 'get_recommendations' });
    expect((await read(OlderAnswer, '/submit?limit=1', { method: 'POST', body })).message).toBe(
      'Popular products',
    );
  });

  test('get problems for what cannot be answered', async () => {
    const bodies = [
      '',
      'null',
      '[]',
      '{"event":"get_recommendations"}',
      '{"user_id":"a","event":"buy"}',
      'x'.repeat(5000),
    ];
    for (const body of bodies) {
      const { status, text } = await ask('/submit', { method: 'POST', body });
      const expected = body.length > 4_096 ? [413, 'too_large'] : [400, 'invalid_parameter'];
      expect([status, Problem.parse(JSON.parse(text)).code], body.slice(0, 50)).toEqual(expected);
    }
    const gone = await ask('/api/v1/ml/predict');
    expect(gone.status).toBe(410);
    expect(Problem.parse(JSON.parse(gone.text)).detail).toContain('/api/v1/personalize/recommendations/user');
    const got = await ask('/submit', { method: 'PUT', body: 'x' });
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('caches', () => {
  test('are told apart versions by a strong ETag, and answered 304 while nothing changed', async () => {
    const first = await ask(`${P}/popular?limit=3`);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{16}"$/);
    expect((await ask(`${P}/popular?limit=3`)).headers.get('etag')).toBe(etag);
    expect((await ask(`${P}/popular?limit=4`)).headers.get('etag')).not.toBe(etag);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask(`${P}/popular?limit=3`, { headers: { 'if-none-match': known } });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    const changed = await ask(`${P}/popular?limit=3`, { headers: { 'if-none-match': '"other"' } });
    expect([changed.status, changed.text]).toEqual([200, first.text]);
  });

  test('may share what everybody gets, keep private what depends on who or where asks, and nothing degraded', async () => {
    const cacheOf = async (path: string) => (await ask(path)).headers.get('cache-control');
    expect(await cacheOf(`${P}/popular`)).toBe(
      'public, max-age=60, stale-while-revalidate=600, stale-if-error=86400',
    );
    expect(await cacheOf(`${P}/similar/P-1`)).toContain('stale-if-error');
    expect(await cacheOf(`${P}/by-location?city=Lahore`)).toContain('public');
    expect(await cacheOf(`${P}/by-location`)).toContain('private');
    expect(await cacheOf(`${P}/user/ayesha`)).toContain('private');
    await env.SNAPSHOTS.delete('snapshot/pointer');
    const degraded = await ask(`${P}/popular`);
    expect([degraded.headers.get('cache-control'), degraded.headers.get('etag')]).toEqual(['no-store', null]);
  });
});

test('ready means that a store answers, live that the Worker does', async () => {
  expect((await ask('/health/ready')).status).toBe(200);
  ask = edgeOf({ kv: null, env: PATIENT }, createExecutionContext);
  const ready = await ask('/health/ready');
  expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '5']);
  expect((await ask('/health/live')).status).toBe(200);
});
