import { expect, it } from 'vitest';
import { atOnce, inTurns, type Steps } from './turns.ts';

function* sum(most: number, seen: number[]): Steps<number> {
  let total = 0;
  for (let one = 1; one <= most; one += 1) {
    total += one;
    seen.push(one);
    yield;
  }
  return total;
}

it('does the same at once and in turns', async () => {
  expect(atOnce(sum(4, []))).toBe(10);
  expect(await inTurns(sum(4, []))).toBe(10);
});

it('lets others have their turn between two steps', async () => {
  const seen: number[] = [];
  const all = inTurns(sum(50, seen));
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen.length).toBeLessThan(50);
  await all;
  expect(seen.length).toBe(50);
});
