import { expect, it } from 'vitest';
import { bySource, type Columns, createColumns } from './columns.ts';
import { joinModels } from './links.ts';
import { createPool } from './parallel/pool.ts';
import { createRandom } from './random.ts';

const ITEMS = 300;

/** Most targets have one of the first items among their sources, so that those lead nearly everywhere. */
function randomColumns(seed: number, width: number): Columns {
  const random = createRandom(seed);
  const columns = createColumns(ITEMS, width);
  for (let target = 0; target < ITEMS; target += 1) {
    const sources = new Set<number>();
    while (sources.size < width) sources.add(Math.floor(ITEMS * random() ** 3));
    columns.sources.set([...sources].slice(0, width - (target % 3)), target * width);
    for (let at = target * width; at < (target + 1) * width; at += 1) columns.weights[at] = random() - 0.3;
  }
  return columns;
}

it.each([
  0, 2,
])('joins both models so that each target comes once, with its weight in either (%i threads)', async (threads) => {
  const models = { ridge: randomColumns(1, 5), walk: randomColumns(2, 9) };
  const pool = createPool({ threads });
  const links = await joinModels(models, pool);
  await pool.close();
  const rows = [bySource(models.ridge), bySource(models.walk)];
  for (let source = 0; source < ITEMS; source += 1) {
    const expected = new Map<number, [number, number]>();
    rows.forEach(({ start, target, weight }, model) => {
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
