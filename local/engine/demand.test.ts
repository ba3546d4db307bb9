import { expect, it } from 'vitest';
import { expectedItems, learnDemand } from './demand.ts';
import { buildHistory } from './history.ts';
import { createInteractionsBuilder } from './interactions.ts';
import { createRandom } from './random.ts';

const DAY = 86_400;
const NOW = 1_700_000_000;

it('expects from frequent buyers what frequent buyers bought, and in total what all bought', () => {
  const builder = createInteractionsBuilder();
  const random = createRandom(4);
  const baskets = Array.from({ length: 600 }, () => 1 + Math.floor(random() * 10));
  baskets.forEach((count, user) => {
    for (let basket = 0; basket < count; basket += 1) {
      builder.add(`u${user}`, `i${Math.floor(random() * 40)}`, NOW - Math.floor(random() * 300) * DAY);
    }
  });
  const history = buildHistory(builder.finish().interactions, null);
  const users = Int32Array.from(baskets.keys());
  const bought = Float64Array.from(baskets, (count) => (random() < 0.5 ? count / 5 : 0));
  const at = { now: NOW, realTimes: true };
  const demand = learnDemand([{ history, users, bought, weight: 1, ...at }]);
  const expected = Float64Array.from(users, (user) => expectedItems(demand, history, { user, ...at }));
  const total = (values: Float64Array) => values.reduce((sum, one) => sum + one, 0);
  expect(total(expected) / total(bought)).toBeCloseTo(1, 1);
  const often = users.filter((user) => (baskets[user] as number) >= 8);
  const seldom = users.filter((user) => (baskets[user] as number) <= 2);
  const meanOf = (group: Int32Array) =>
    group.reduce((sum, user) => sum + (expected[user] as number), 0) / group.length;
  expect(meanOf(often) / meanOf(seldom)).toBeGreaterThan(3);
  expect(expectedItems(demand, history, { user: -1, ...at })).toBe(demand.mean);
});
