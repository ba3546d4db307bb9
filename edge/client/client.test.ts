import { beforeAll, describe, expect, test } from 'vitest';
import { edgeOf, PATIENT } from '../testing/askEdge.ts';
import { askExamples } from '../testing/askExamples.ts';
import { mapKv } from '../testing/faultyKv.ts';
import { makePointer, makeSnapshot } from '../testing/sampleSnapshot.ts';
import { createRecommendationsClient, RecommendationsError } from './recommendationsClient.ts';

let examples: Record<string, unknown>;
let client: ReturnType<typeof createRecommendationsClient>;
const asked: string[] = [];

beforeAll(async () => {
  examples = await askExamples();
  const snapshot = await makeSnapshot(2);
  const kv = mapKv(new Map([...snapshot.values, makePointer(2, null)]));
  const ask = edgeOf({ kv, env: PATIENT });
  client = createRecommendationsClient({
    baseUrl: 'https://edge.example',
    token: 'a.b.c',
    async fetch(url, { headers }) {
      asked.push(headers['authorization'] ?? '');
      const { status, text } = await ask(url.slice('https://edge.example'.length), { headers });
      return new Response(text, { status });
    },
  });
});

describe('the client', () => {
  test('gives the documented answers', async () => {
    expect(await client.user({ user_id: 'ayesha', limit: 2 })).toEqual(examples['user']);
    expect(await client.similar({ product_id: 'P-1', limit: 2 })).toEqual(examples['similar']);
    expect(await client.cart({ items: ['P-1', 'P-2'], limit: 1 })).toEqual(examples['cart']);
    expect(await client.popular({ category: 'Bedding', limit: 1 })).toEqual(examples['popular']);
    const page = { slots: ['user:2', 'similar:1', 'popular:1'], user: 'ayesha', items: ['P-3'] };
    expect(await client.page(page)).toEqual(examples['page']);
    expect(await client.collaborativeMetrics()).toEqual(examples['collaborativeMetrics']);
    expect(asked).toContain('Bearer a.b.c');
  });

  test('knows by type which fields there are', async () => {
    const { recommendations } = await client.popular({ limit: 1, in_stock: false, fields: ['url', 'price'] });
    const [item] = recommendations;
    expect(item?.url).toBe('https://shop.example/products/6');
    // @ts-expect-error: it was not asked for.
    expect(item?.product_name).toBeUndefined();
  });

  test('throws what was wrong', async () => {
    const wrong = client.user({ user_id: 'ayesha', limit: 0 });
    await expect(wrong).rejects.toBeInstanceOf(RecommendationsError);
    await expect(wrong).rejects.toMatchObject({ status: 400, problem: { parameter: 'limit' } });
  });
});
