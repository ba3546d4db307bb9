import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAnswerMemory, type Wanted } from './answerMemory.ts';
import { NOBODY, openScope } from './scope.ts';
import { settled } from './suspend.ts';

const still = { now: () => 0, after: () => () => undefined };

/** As a request of its own asks. */
function many(
  memory: ReturnType<typeof createAnswerMemory>,
  group: string,
  keys: readonly string[],
  load: Wanted<unknown>['load'],
) {
  const budgets = { kv: 0, postgres: 0 };
  const scope = openScope({ clock: still, budgets, totalMs: 0, caller: NOBODY });
  return settled(() => memory.many({ scope, group, keys, load }));
}

test('answers are those of the store, each asked for once a minute, unknown keys too', async () => {
  const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'none', '__proto__'), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(keys, fc.nat({ max: 40_000 })), { maxLength: 12 }), async (asks) => {
      let now = 0;
      const clock = { now: () => now, after: () => () => undefined };
      const memory = createAnswerMemory({ clock, keepMs: 60_000, most: 100 });
      const loadedAt = new Map<string, number>();
      for (const [asked, pause] of asks) {
        const answers = await many(memory, 'group', asked, async (missing) => {
          for (const key of missing) {
            expect(now - (loadedAt.get(key) ?? -60_000)).toBeGreaterThanOrEqual(60_000);
            loadedAt.set(key, now);
          }
          return new Map(missing.filter((key) => key !== 'none').map((key) => [key, `value of ${key}`]));
        });
        expect(answers).toEqual(asked.map((key) => (key === 'none' ? null : `value of ${key}`)));
        now += pause;
      }
    }),
  );
});

test('groups are kept apart, a failure is not kept, and the oldest answers go first', async () => {
  let now = 0;
  const clock = { now: () => now++, after: () => () => undefined };
  const memory = createAnswerMemory({ clock, keepMs: 60_000, most: 2 });
  const one = async (missing: readonly string[]) => new Map(missing.map((key) => [key, 1]));
  const two = async (missing: readonly string[]) => new Map(missing.map((key) => [key, 2]));
  expect(await many(memory, 'x', ['a'], one)).toEqual([1]);
  expect(await many(memory, 'y', ['a'], two)).toEqual([2]);
  await expect(many(memory, 'z', ['a'], () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await many(memory, 'z', ['a'], one)).toEqual([1]);
  expect(await many(memory, 'x', ['a'], two)).toEqual([2]);
});
