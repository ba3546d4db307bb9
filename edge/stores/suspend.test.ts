import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { NOBODY, openScope } from './scope.ts';
import { Suspended, settled, together } from './suspend.ts';

const budgets = { kv: 1_000, postgres: 1_000 };
const scopeOf = () => openScope({ clock: systemClock, budgets, totalMs: 1_000, caller: NOBODY });

test('work gives what it would give if everything were in memory, and reads each thing once', async () => {
  const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(names, async (wanted) => {
      const scope = scopeOf();
      const begun: string[] = [];
      const take = (name: string) =>
        scope.take(name, async () => {
          begun.push(name);
          return `value of ${name}`;
        });
      const work = () =>
        wanted.map((name) =>
          together(
            () => take(name),
            () => take(`${name}2`),
          ).join(),
        );
      expect(await settled(work)).toEqual(wanted.map((name) => `value of ${name},value of ${name}2`));
      const each = [...new Set(wanted)].flatMap((name) => [name, `${name}2`]);
      expect(begun).toEqual(each);
    }),
  );
});

test('a read that fails throws its error wherever it is taken, and is not begun again', async () => {
  const scope = scopeOf();
  let begun = 0;
  const take = () =>
    scope.take('a', async () => {
      begun++;
      throw new Error('down');
    });
  const caught = () => {
    try {
      return String(take());
    } catch (error) {
      if (error instanceof Suspended) throw error;
      return (error as Error).message;
    }
  };
  expect(await settled(() => [caught(), caught()])).toEqual(['down', 'down']);
  await expect(settled(take)).rejects.toThrow('down');
  expect(begun).toBe(1);
});

test('two pieces of work wait at the same time', async () => {
  const scope = scopeOf();
  const begun: string[] = [];
  const take = (name: string) =>
    scope.take(name, () => {
      begun.push(name);
      return new Promise<string>((resolve) => setTimeout(resolve, 5, name));
    });
  let tries = 0;
  const both = () => {
    tries++;
    return together(
      () => take('a'),
      () => take('b'),
    );
  };
  expect(await settled(both)).toEqual(['a', 'b']);
  expect({ begun, tries }).toEqual({ begun: ['a', 'b'], tries: 2 });
});
