import { expect, it } from 'vitest';
import { buildHistory } from './history.ts';
import { holdersOf } from './holders.ts';
import { createInteractionsBuilder } from './interactions.ts';

function shop() {
  const builder = createInteractionsBuilder();
  builder.addUser('nobody');
  builder.add('ann', 'pillow', 2_000_000_300);
  builder.add('ann', 'sheet', 2_000_000_100);
  builder.add('ann', 'pillow', 2_000_000_100);
  builder.add('ann', 'pillow', 2_000_000_100);
  builder.add('bob', 'pillow', 2_000_000_200);
  builder.add('ann', 'sheet', 2_000_000_200);
  return builder.finish();
}

it('counts an item once a basket and knows how long ago it was bought', () => {
  const { interactions, userIds, itemIds } = shop();
  const history = buildHistory(interactions, null);
  const ann = userIds.indexOf('ann');
  const entries = Array.from({ length: history.item.length }, (_, entry) => entry)
    .slice(history.start[ann], history.start[ann + 1])
    .map((entry) => ({
      item: itemIds[history.item[entry] as number],
      count: history.count[entry],
      first: history.first[entry],
      last: history.last[entry],
      ago: history.ago[entry],
    }));
  expect(entries).toEqual([
    { item: 'pillow', count: 2, first: 2_000_000_100, last: 2_000_000_300, ago: 0 },
    { item: 'sheet', count: 2, first: 2_000_000_100, last: 2_000_000_200, ago: 1 },
  ]);
  expect(history.baskets[ann]).toBe(3);
  expect(history.userLast[ann]).toBe(2_000_000_300);
});

it('leaves users without rows empty and out of the holders', () => {
  const { interactions, userIds, itemIds } = shop();
  const history = buildHistory(interactions, null);
  const nobody = userIds.indexOf('nobody');
  expect(history.start[nobody]).toBe(history.start[nobody + 1]);
  expect(history.baskets[nobody]).toBe(0);
  const holders = holdersOf({ history, step: 1 }, null);
  const pillow = itemIds.indexOf('pillow');
  const users = [...holders.user.subarray(holders.start[pillow], holders.start[pillow + 1])];
  expect(users.map((user) => userIds[user])).toEqual(['ann', 'bob']);
});

it('uses only the rows of part 0', () => {
  const { interactions, userIds } = shop();
  const part = Uint8Array.from(interactions.times, (time) => (time >= 2_000_000_200 ? 1 : 0));
  const history = buildHistory(interactions, part);
  expect(history.baskets[userIds.indexOf('ann')]).toBe(1);
  expect(history.baskets[userIds.indexOf('bob')]).toBe(0);
});
