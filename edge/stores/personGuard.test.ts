import { expect, test } from 'vitest';
import { createPersonGuard } from './personGuard.ts';

function guardOf(settings: { perSecond?: number; most?: number }) {
  let now = 5_000;
  const clock = { now: () => now, after: () => () => undefined };
  const guard = createPersonGuard({ clock, perSecond: 2, unknownMs: 1_000, most: 2, ...settings });
  return {
    guard,
    later(ms: number) {
      now += ms;
    },
  };
}

test('so many persons a second are looked up, and again in the next', () => {
  const { guard, later } = guardOf({ perSecond: 2 });
  expect([guard.allows(), guard.allows(), guard.allows()]).toEqual([true, true, false]);
  later(1_000);
  expect(guard.allows()).toBe(true);
});

test('the unknown are remembered for a while, the latest of them only', () => {
  const { guard, later } = guardOf({ most: 2 });
  for (const person of ['a', 'b', 'a', 'c']) guard.noteUnknown(person);
  expect(['a', 'b', 'c', 'd'].map((person) => guard.isUnknown(person))).toEqual([true, false, true, false]);
  later(1_000);
  expect(guard.isUnknown('a')).toBe(false);
});
