import { expect, it } from 'vitest';
import { bySource, createColumns } from './columns.ts';

it('turns a model round, weights of zero left out', () => {
  const columns = createColumns(3, 2);
  columns.sources.set([1, 2, 0, -1, 1, 0]);
  columns.weights.set([0.5, 0, -0.25, 0, 1, 2]);
  const { start, target, weight } = bySource(columns);
  expect([...start]).toEqual([0, 2, 4, 4]);
  expect([...target]).toEqual([1, 2, 0, 2]);
  expect([...weight]).toEqual([-0.25, 2, 0.5, 1]);
});

it('keeps the 64 strongest targets of a source that leads nearly everywhere', () => {
  const items = 500;
  const columns = createColumns(items, 1);
  // Item 0 is everybody's source; sizes 1, 2, 3 … with alternating sign.
  for (let target = 1; target < items; target += 1) {
    columns.sources[target] = 0;
    columns.weights[target] = target % 2 === 0 ? target : -target;
  }
  const { start, target } = bySource(columns);
  expect(start[1]).toBe(64);
  expect([...target]).toEqual(Array.from({ length: 64 }, (_, at) => items - 64 + at));
});

it('keeps as many as may be when all weights are equal', () => {
  const columns = createColumns(500, 1);
  columns.sources.fill(0, 1);
  columns.weights.fill(1, 1);
  expect(bySource(columns).target).toHaveLength(64);
});
