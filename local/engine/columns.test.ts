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

it('turns a range of sources round as it does all of them', () => {
  const items = 400;
  const columns = createColumns(items, 3);
  for (let at = 0; at < columns.sources.length; at += 1) {
    // Some sources lead to more than 64 targets.
    columns.sources[at] = at % 5 === 0 ? at % 4 : (at * 7) % items;
    columns.weights[at] = ((at * 31) % 17) - 8;
  }
  const all = bySource(columns);
  const rows = (rowsOf: typeof all, row: number) => {
    const [from, to] = [rowsOf.start[row] as number, rowsOf.start[row + 1] as number];
    return [rowsOf.target.slice(from, to), rowsOf.weight.slice(from, to)];
  };
  for (let from = 0; from < items; from += 100) {
    const part = bySource(columns, { from, to: from + 100 });
    for (let row = 0; row < 100; row += 1) expect(rows(part, row)).toEqual(rows(all, from + row));
  }
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

it('prefers a stronger target to earlier ones that are equal at the limit', () => {
  const columns = createColumns(500, 1);
  columns.sources.fill(0, 1);
  columns.weights.fill(1, 1);
  columns.weights[499] = 5;
  const { target } = bySource(columns);
  expect(target).toHaveLength(64);
  expect(target.at(-1)).toBe(499);
});
