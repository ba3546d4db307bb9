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

function storeWith(
  apiToken: string | null,
  tools: { signal?: AbortSignal; fetch?: typeof fetch; onWaiting?: (reason: string) => void } = {},
): KvStore {
  const { signal } = new AbortController();
  return createKvStore({ baseUrl: server.baseUrl, apiToken }, { fetch, firstWaitMs: 1, signal, ...tools });
}

/** A store whose first calls get that answer, before any reach the server. */
function storeAfter(calls: number, answer: () => Response): KvStore {
  let asked = 0;
  return storeWith(server.token, {
    fetch: async (...request) => (asked++ < calls ? answer() : fetch(...request)),
  });
}

const bytes = (text: string) => new TextEncoder().encode(text);

function brokenOff(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(body) {
      body.enqueue(bytes('{"resu'));
      body.error(new TypeError('terminated'));
    },
  });
}

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

  test('says once a call why it has to wait, not of a single failure', async () => {
    const waits: string[] = [];
    const telling = storeWith(server.token, { onWaiting: (reason) => void waits.push(reason) });
    failFirst(1, 503);
    await telling.get('none');
    expect(waits).toEqual([]);
    failFirst(5, 503);
    await telling.get('none');
    expect(waits).toEqual(['KV answered 503']);
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

  test.each([
    ['is cut within its body', () => new Response(brokenOff())],
    ['is no JSON', () => new Response('<html>one moment, please</html>')],
    ['is empty', () => new Response('')],
  ])('takes nothing for done or listed when a good status %s', async (_, answer) => {
    await storeAfter(2, answer).putMany([{ key: 'a', value: bytes('v') }]);
    expect(server.writes).toEqual(['a']);
    expect([...(await storeAfter(2, answer).listKeys(''))]).toEqual(['a']);
    await storeAfter(2, answer).deleteMany(['a']);
    expect(server.values.size).toBe(0);
  });

  test('takes nothing for done that a good status denies', async () => {
    const denied = () => Response.json({ success: false, errors: [{ message: 'later' }], result: null });
    await storeAfter(2, denied).putMany([{ key: 'a', value: bytes('v') }]);
    expect(await kv.get('a')).toEqual(bytes('v'));
  });

  test('reads a value again whose bytes were cut off', async () => {
    server.values.set('a', Buffer.from('whole'));
    expect(await storeAfter(2, () => new Response(brokenOff())).get('a')).toEqual(bytes('whole'));
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
    await expect(storeWith(server.token, { signal: stop.signal }).get('a')).rejects.toThrow('enough');
  });
});
