import { expect, it } from 'vitest';
import { segmentsForItems } from './infer.ts';
import { createInteractionsBuilder } from './interactions.ts';
import type { ItemAffinityModel } from './model.ts';
import { createRandom } from './random.ts';
import { segmentForSet } from './set-segments.ts';
import { trainItemAffinity } from './train.ts';

const [USERS, ITEMS] = [60, 15];

async function smallModel(): Promise<ItemAffinityModel> {
  const random = createRandom(3);
  const builder = createInteractionsBuilder();
  for (let user = 0; user < USERS; user += 1) {
    for (let line = 0; line <= 1 + (user % 7); line += 1)
      builder.add(`u${user}`, `i${Math.floor(random() * ITEMS)}`, 1_700_000_000 + line * 86_400 * 5);
  }
  return trainItemAffinity({ ...builder.finish(), seed: 1, now: 1_710_000_000, log: () => {}, threads: 0 });
}

/** Scores of all users for one item, by the kernel of segments. */
async function scoresOf(model: ItemAffinityModel, item: number): Promise<Map<number, number>> {
  const scores = new Map<number, number>();
  await segmentsForItems(model, {
    of: [item],
    k: model.userIds.length,
    threads: 0,
    onBatch: (batch) => {
      batch.ids.forEach((user, at) => {
        if (user >= 0) scores.set(user, batch.scores[at] as number);
      });
    },
  });
  return scores;
}

it('ranks users by the sum of what the single items would give them', async () => {
  const model = await smallModel();
  const items = [1, 4, 7, 11];
  const sums = new Float64Array(model.userIds.length);
  for (const item of items) {
    for (const [user, score] of await scoresOf(model, item)) sums[user] = (sums[user] as number) + score;
  }
  const brute = [...sums].filter((sum) => sum > 0).sort((left, right) => right - left);
  const { ids, scores } = segmentForSet(model, { items, k: 1000, userMask: null });
  expect(ids.length).toBe(brute.length);
  brute.forEach((sum, place) => {
    expect(scores[place]).toBeCloseTo(sum, 4);
    expect(sums[ids[place] as number]).toBeCloseTo(sum, 4);
  });
  const masked = segmentForSet(model, {
    items,
    k: 5,
    userMask: Uint8Array.from(sums, (_, user) => user % 2),
  });
  expect(masked.ids.length).toBe(5);
  expect(masked.ids.every((user) => user % 2 === 1)).toBe(true);
  expect(segmentForSet(model, { items: [], k: 5, userMask: null }).ids.length).toBe(0);
});
