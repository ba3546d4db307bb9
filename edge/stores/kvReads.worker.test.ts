import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { createGauge } from './gauge.ts';
import { createKvReads, type KvNamespace } from './kvReads.ts';
import { createPartMemory } from './partMemory.ts';
import { openScope } from './scope.ts';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const bytesOf = (text: string) => new TextEncoder().encode(text).buffer;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function setUp(kv: KvNamespace, kvMs = 2_000) {
  const gauge = createGauge(systemClock, 0);
  const reads = createKvReads(kv, gauge, systemClock);
  const memory = createPartMemory({ limitBytes: 1_000_000, clock: systemClock, badMs: 0 });
  const context = createExecutionContext();
  const scope = () =>
    openScope({
      clock: systemClock,
      budgets: { kv: kvMs, postgres: 0 },
      totalMs: 10_000,
      caller: context,
    });
  const read = (key: string) => reads.read(memory.reading(key, text), scope());
  return { read, gauge, context };
}

describe('reads of one part', () => {
  test('by many requests at once ask KV once', async () => {
    let asked = 0;
    const { read } = setUp({
      async get(key) {
        asked++;
        await wait(20);
        return bytesOf(key);
      },
    });
    expect(await Promise.all(Array.from({ length: 20 }, () => read('a')))).toEqual(Array(20).fill('a'));
    expect(await read('a')).toBe('a');
    expect(asked).toBe(1);
  });

  test('that take too long go on, so that the next request finds the part', async () => {
    const { read, context, gauge } = setUp(
      {
        async get(key) {
          await wait(60);
          return bytesOf(key);
        },
      },
      10,
    );
    await expect(read('a')).rejects.toMatchObject({ code: 'timeout' });
    await waitOnExecutionContext(context);
    expect(await read('a')).toBe('a');
    expect(gauge.health()).toMatchObject({ timeouts: 1, errors: 0 });
  });

  test('whose leader fails are read again by those that waited', async () => {
    let asked = 0;
    const { read } = setUp({
      async get(key) {
        asked++;
        await wait(10);
        if (asked === 1) throw new Error('reset');
        return bytesOf(key);
      },
    });
    const [first, second] = await Promise.allSettled([read('a'), read('a')]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'error' } });
    expect(second).toEqual({ status: 'fulfilled', value: 'a' });
  });
});
