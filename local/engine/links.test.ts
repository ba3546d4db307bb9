import { expect, it } from 'vitest';
import type { SourceRows } from './columns.ts';
import { joinModels } from './links.ts';
import { createRandom } from './random.ts';

const ITEMS = 30;

function randomRows(seed: number): SourceRows {
  const random = createRandom(seed);
  const rows = Array.from({ length: ITEMS }, () =>
    Array.from({ length: ITEMS }, (_, target) => ({ target, weight: Math.fround(random() - 0.3) })).filter(
      () => random() < 0.3,
    ),
  );
  const start = new Int32Array(ITEMS + 1);
  rows.forEach((row, source) => {
    start[source + 1] = (start[source] as number) + row.length;
  });
  const all = rows.flat();
  const target = Int32Array.from(all, (one) => one.target);
  return { start, target, weight: Float32Array.from(all, ({ weight }) => weight) };
}

it('joins both models so that each target comes once, with its weight in either', () => {
  const models = [randomRows(1), randomRows(2)] as const;
  const links = joinModels(...models);
  for (let source = 0; source < ITEMS; source += 1) {
    const expected = new Map<number, [number, number]>();
    models.forEach(({ start, target, weight }, model) => {
      for (let at = start[source] as number; at < (start[source + 1] as number); at += 1) {
        const pair = expected.get(target[at] as number) ?? [0, 0];
        pair[model] = weight[at] as number;
        expected.set(target[at] as number, pair);
      }
    });
    const [from, to] = [links.start[source] as number, links.start[source + 1] as number];
    const found = Array.from({ length: to - from }, (_, at) => [
      links.target[from + at],
      [links.ridge[from + at], links.walk[from + at]],
    ]);
    expect(found.length).toBe(expected.size);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  }
});
