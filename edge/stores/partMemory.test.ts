import { describe, expect, test } from 'vitest';
import { createPartMemory } from './partMemory.ts';

const open = (bytes: Uint8Array) => bytes.byteLength;

function memoryOf(limitBytes: number) {
  let now = 0;
  const clock = { now: () => now, after: () => () => undefined };
  const memory = createPartMemory({ limitBytes, clock, badMs: 1_000 });
  return {
    memory,
    put: (key: string, bytes: number) => memory.reading(key, open).receive(new Uint8Array(bytes)),
    holds: (key: string) => memory.reading(key, open).recall() !== null,
    later: (ms: number) => {
      now += ms;
    },
  };
}

describe('the memory of parts', () => {
  test('stays within its bytes and forgets what was used longest ago', () => {
    const { memory, put, holds } = memoryOf(100);
    put('a', 40);
    put('b', 40);
    expect(holds('a')).toBe(true);
    put('c', 40);
    expect([holds('a'), holds('b'), holds('c')]).toEqual([true, false, true]);
    expect(memory.size()).toEqual({ parts: 2, bytes: 80, limit_bytes: 100 });
    put('a', 10);
    expect(memory.size().bytes).toBe(50);
  });

  test('does not throw out everything for a part that does not fit', () => {
    const { put, holds } = memoryOf(100);
    put('a', 40);
    expect(put('huge', 101)).toBe(101);
    expect([holds('a'), holds('huge')]).toEqual([true, false]);
  });

  test('remembers a missing or unreadable part for a while, then asks again', () => {
    const { memory, holds, later } = memoryOf(100);
    expect(() => memory.reading('a', open).receive(null)).toThrow('no part a');
    const failing = memory.reading('b', () => {
      throw new TypeError('x');
    });
    expect(() => failing.receive(new Uint8Array(1))).toThrow('part b: not readable');
    expect(() => holds('a')).toThrow('no part a');
    expect(() => holds('b')).toThrow('part b');
    later(1_000);
    expect([holds('a'), holds('b')]).toEqual([false, false]);
  });
});
