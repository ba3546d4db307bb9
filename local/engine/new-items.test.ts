import { describe, expect, it } from 'vitest';
import { recommendForUser, recommendForUsers } from './infer.ts';
import { createInteractionsBuilder } from './interactions.ts';
import { MOST_UNSOLD_SHARE } from './lists.ts';
import { createRandom } from './random.ts';
import { trainRecommender } from './train.ts';

const DAY = 86_400;
const START = 1_600_000_000;
const K = 20;

/** Two departments of 40 sold and 40 new items each; the names of the new ones are those of the best sellers. */
function shopWithNewItems() {
  const builder = createInteractionsBuilder();
  const random = createRandom(5);
  const departments = ['bedroom', 'garden'];
  for (let user = 0; user < 400; user += 1) {
    const department = departments[user % 2] ?? '';
    for (let order = 0; order < 4; order += 1) {
      const time = START + Math.floor(random() * 300) * DAY;
      builder.add(`u${user}`, `${department} ${Math.floor(random() ** 2 * 40)}`, time);
      builder.add(`u${user}`, `${department} ${Math.floor(random() ** 2 * 40)}`, time);
    }
  }
  for (const department of departments) {
    for (let item = 0; item < 40; item += 1) builder.addItem(`${department} new ${item}`);
  }
  const { interactions, userIds, itemIds } = builder.finish();
  const itemFacts = {
    categories: itemIds.map((id) => [id.split(' ')[0] ?? '']),
    names: itemIds.map((id) => `${id.split(' ')[0]} linen cover`),
    prices: Float64Array.from(itemIds, () => 20),
  };
  return {
    itemIds,
    input: {
      interactions,
      userIds,
      itemIds,
      itemFacts,
      seed: 1,
      now: START + 301 * DAY,
      log: () => {},
      threads: 0,
    },
  };
}

describe('new items without an order', async () => {
  const { input, itemIds } = shopWithNewItems();
  const model = await trainRecommender(input);
  const isNew = (item: number) => itemIds[item]?.includes('new') ?? false;
  const shown: number[] = [];
  let places = 0;
  await recommendForUsers(model, {
    of: [...input.userIds.keys(), -1],
    k: K,
    threads: 0,
    onBatch(batch) {
      for (let row = 0; row < batch.rows; row += 1) {
        const ids = batch.ids.subarray(row * K, (row + 1) * K).filter((id) => id >= 0);
        const fresh = ids.filter(isNew);
        places += ids.length;
        shown.push(...fresh);
        expect(fresh.length).toBeLessThanOrEqual(K * MOST_UNSOLD_SHARE);
      }
    },
  });

  it('are shown, to those who buy in their department', () => {
    expect(shown.length).toBeGreaterThan(0);
    const bedroom = recommendForUser(model, { user: 0, k: K });
    expect([...bedroom.ids].filter((item) => itemIds[item]?.startsWith('garden new'))).toEqual([]);
  });

  it('never take more than their share of the places', () => {
    expect(shown.length / places).toBeLessThanOrEqual(MOST_UNSOLD_SHARE);
  });

  it('fill the list of a filter that leaves little else', () => {
    const itemMask = Uint8Array.from(itemIds, (_, item) => (isNew(item) ? 1 : 0));
    const offered = itemMask.reduce((sum, one) => sum + one, 0);
    const list = recommendForUser(model, { user: -1, k: K, itemMask });
    expect(list.ids.length).toBe(Math.min(K, offered));
  });
});
