import { expect, it } from 'vitest';
import { borrowPopularity, borrowSources } from './cold-items.ts';
import { createColumns } from './columns.ts';
import { buildHistory, buyersOf } from './history.ts';
import { createInteractionsBuilder } from './interactions.ts';
import { findLookalikes } from './lookalikes.ts';
import { createPool } from './parallel/pool.ts';

const pool = createPool({ threads: 0 });

function shop() {
  const builder = createInteractionsBuilder();
  for (let user = 0; user < 8; user += 1) {
    builder.add(`u${user}`, 'down pillow', user + 1);
    builder.add(`u${user}`, 'garden chair', user + 1);
  }
  builder.addItem('wool pillow');
  const { interactions, itemIds } = builder.finish();
  return {
    buyers: buyersOf(buildHistory(interactions, null)),
    facts: {
      names: itemIds,
      categories: [['Bedding', 'Pillows'], ['Garden'], ['Bedding', 'Pillows']],
      prices: Float64Array.of(40, 90, 42),
    },
  };
}
const PILLOW = 0;
const CHAIR = 1;
const NEW_PILLOW = 2;

it('finds what a new item looks like by category, price and name', async () => {
  const { facts, buyers } = shop();
  const lookalikes = await findLookalikes(facts, buyers, pool);
  expect([...lookalikes.cold]).toEqual([NEW_PILLOW]);
  expect([...lookalikes.warm.filter((item) => item >= 0)]).toEqual([PILLOW]);
  expect(lookalikes.similarity[0]).toBeGreaterThan(0.5);
});

it('lets a new item follow what its lookalike follows, for less', async () => {
  const { facts, buyers } = shop();
  const columns = createColumns(3, 4);
  columns.sources[PILLOW * 4] = CHAIR;
  columns.weights[PILLOW * 4] = 1;
  await borrowSources(columns, await findLookalikes(facts, buyers, pool), pool);
  const row = columns.sources.subarray(NEW_PILLOW * 4, NEW_PILLOW * 4 + 3);
  expect([...row].sort()).toEqual([-1, PILLOW, CHAIR].sort());
  expect(columns.weights[NEW_PILLOW * 4]).toBeGreaterThan(0);
  expect(columns.weights[NEW_PILLOW * 4]).toBeLessThan(0.31);
});

it('lends popularity without ever reaching the lender', async () => {
  const { facts, buyers } = shop();
  const popularity = Float32Array.of(8, 8, 0);
  borrowPopularity(popularity, 3, await findLookalikes(facts, buyers, pool));
  expect(popularity[NEW_PILLOW]).toBeCloseTo(2.4, 5);
});
