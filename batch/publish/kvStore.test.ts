import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startKvServer } from '../../local/testing/kvServer.ts';
import { createKvStore, type KvStore } from './kvStore.ts';

let server: Awaited<ReturnType<typeof startKvServer>>;
let kv: KvStore;
beforeEach(async () => {
  server = await startKvServer();
  kv = storeWith(server.token);
});
afterEach(() => server.stop());

function storeWith(apiToken: string | null, signal = new AbortController().signal): KvStore {
  return createKvStore({ baseUrl: server.baseUrl, apiToken }, { fetch, firstWaitMs: 1, signal });
}

const bytes = (text: string) => new TextEncoder().encode(text);

/** Answers the first `times` requests with that status; 0 cuts the connection. */
function failFirst(times: number, status: number): () => number {
  let asked = 0;
  server.fault = () => (asked++ < times ? status : null);
  return () => asked;
}

describe('KV through its REST API', () => {
  test('writes, reads, lists and deletes any bytes under any key', async () => {
    const value = Uint8Array.from({ length: 256 }, (_, i) => i);
    await kv.putMany([
      { key: 'a/b c%?', value },
      { key: 'b', value: bytes('x') },
    ]);
    expect(await kv.get('a/b c%?')).toEqual(value);
    expect(await kv.get('none')).toBeNull();
    expect([...(await kv.listKeys('a/'))]).toEqual(['a/b c%?']);
    await kv.deleteMany(['a/b c%?']);
    expect([...(await kv.listKeys(''))]).toEqual(['b']);
  });

  test('lists more keys than one page holds', async () => {
    for (let i = 0; i < 2500; i++) server.values.set(`p/${i}`, Buffer.from(''));
    expect((await kv.listKeys('p/')).size).toBe(2500);
  });

  test('tries throttled, failing and cut connections again', async () => {
    for (const status of [429, 503, 0]) {
      const asked = failFirst(3, status);
      await kv.putMany([{ key: `k${status}`, value: bytes('v') }]);
      expect(asked()).toBe(4);
      expect(server.values.get(`k${status}`)?.toString()).toBe('v');
    }
  });

  test('sends only the keys again that were not taken', async () => {
    server.stubborn.set('b', 2);
    await kv.putMany(['a', 'b', 'c'].map((key) => ({ key, value: bytes(key) })));
    expect(server.writes).toEqual(['a', 'c', 'b']);
  });

  test('gives up at once when refused, naming the setting', async () => {
    await expect(storeWith('wrong').putMany([{ key: 'a', value: bytes('a') }])).rejects.toMatchObject({
      code: 'kv_refused',
      remedy: expect.stringContaining('CLOUDFLARE_API_TOKEN'),
    });
  });

  test('gives up after lasting trouble', async () => {
    const asked = failFirst(Number.POSITIVE_INFINITY, 500);
    await expect(kv.get('a')).rejects.toMatchObject({ code: 'kv_unreachable' });
    expect(asked()).toBe(9);
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    server.fault = () => {
      stop.abort(new Error('enough'));
      return 503;
    };
    await expect(storeWith(server.token, stop.signal).get('a')).rejects.toThrow('enough');
  });
});
