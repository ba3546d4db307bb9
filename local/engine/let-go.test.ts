import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { letGo } from './let-go.ts';
import { sharedUint8 } from './shared-arrays.ts';

const SIZE = 200e6;

/** In a call of its own, so that nothing refers to the memory after it. */
function fill(): void {
  sharedUint8(SIZE).fill(1);
}

it('gives shared memory back that nothing refers to', async () => {
  fill();
  const before = process.memoryUsage.rss();
  letGo();
  // Pages are given back by another thread.
  for (let waited = 0; before - process.memoryUsage.rss() < SIZE / 2 && waited < 100; waited += 1)
    await setTimeout(20);
  expect(before - process.memoryUsage.rss()).toBeGreaterThan(SIZE / 2);
});
