import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRecentlyUsed } from './recentlyUsed.ts';

describe('what is kept within some bytes', () => {
  test('goes in the order in which it came, but for what was used since', () => {
    const kept = createRecentlyUsed<number>(100);
    for (const [i, key] of ['a', 'b', 'c'].entries()) kept.set(key, i, 30);
    expect([kept.get('a'), kept.get('x')]).toEqual([0, null]);
    kept.set('d', 3, 30);
    // "b" is gone; "a" was spared, but once only.
    expect(['c', 'd'].map((key) => kept.get(key))).toEqual([2, 3]);
    kept.set('e', 4, 30);
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => kept.get(key))).toEqual([null, null, 2, 3, 4]);
  });

  test('is what was put in last, counts its bytes, and never takes more', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const action = fc.oneof(
      fc.record({ key, bytes: fc.integer({ min: 0, max: 60 }) }),
      fc.record({ key, bytes: fc.constantFrom(null, 'use' as const) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const kept = createRecentlyUsed<number>(100);
        const last = new Map<string, { i: number; bytes: number }>();
        actions.forEach(({ key: of, bytes }, i) => {
          if (bytes === 'use') kept.get(of);
          else if (bytes === null) kept.delete(of);
          else kept.set(of, i, bytes);
          if (bytes === null) last.delete(of);
          else if (bytes !== 'use') last.set(of, { i, bytes });
          const held = [...last].filter(([name]) => kept.get(name) !== null);
          for (const [name, { i: put }] of held) expect(kept.get(name)).toBe(put);
          const sum = held.reduce((all, [, each]) => all + each.bytes, 0);
          expect(kept.size()).toEqual({ count: held.length, bytes: sum });
          expect(sum).toBeLessThanOrEqual(100);
        });
      }),
    );
  });
});
