import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  popularItems,
  recommendForUser,
  recommendForUsers,
  segmentsForItems,
  similarForItems,
} from './infer.ts';
import { createInteractionsBuilder } from './interactions.ts';
import type { Model } from './model.ts';
import { ModelFileError, readModel, writeModel } from './model-file.ts';
import { createRandom } from './random.ts';
import {
  type TrainingInput,
  trainItemAffinity,
  trainPopularity,
  trainRecommender,
  trainSimilarItems,
} from './train.ts';

const DAY = 86_400;
const START = 1_700_000_000;

/** Two tastes: even users buy even items, odd users odd ones; each user buys one favourite again and again. */
function twoTastes(): TrainingInput {
  const builder = createInteractionsBuilder();
  const random = createRandom(7);
  for (let user = 0; user < 120; user += 1) {
    for (let basket = 0; basket < 6; basket += 1) {
      const time = START + Math.floor(random() * 200) * DAY;
      builder.add(`u${user}`, `i${(user % 20) + 20}`, time);
      for (let line = 0; line < 3; line += 1)
        builder.add(`u${user}`, `i${2 * Math.floor(random() * 20) + (user % 2)}`, time);
    }
  }
  builder.addUser('newcomer');
  builder.addItem('never sold');
  const { interactions, userIds, itemIds } = builder.finish();
  return {
    interactions,
    userIds,
    itemIds,
    seed: 3,
    now: START + 300 * DAY,
    log: () => undefined,
    threads: 0,
  };
}

const input = twoTastes();
const indexOf = (id: string) => input.userIds.indexOf(id);

async function collect(
  ask: typeof recommendForUsers,
  model: Model,
  of: readonly number[],
  k: number,
): Promise<{ ids: number[]; scores: number[]; known: number }[]> {
  const rows: { ids: number[]; scores: number[]; known: number }[] = [];
  await ask(model, {
    of,
    k,
    threads: 0,
    onBatch(batch) {
      for (let row = 0; row < batch.rows; row += 1) {
        rows.push({
          ids: [...batch.ids.subarray(row * k, (row + 1) * k)],
          scores: [...batch.scores.subarray(row * k, (row + 1) * k)],
          known: batch.known[row] as number,
        });
      }
    },
  });
  return rows;
}

describe('the recommender', () => {
  let model: Model;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'engine-'));
    model = await trainRecommender(input);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('puts the favourite first and keeps to the taste', async () => {
    const [row] = await collect(recommendForUsers, model, [indexOf('u4')], 10);
    expect(row?.known).toBe(1);
    expect(input.itemIds[row?.ids[0] as number]).toBe('i24');
    const even = row?.ids.filter((item) => Number(input.itemIds[item]?.slice(1)) % 2 === 0) ?? [];
    expect(even.length).toBeGreaterThanOrEqual(8);
  });

  it('gives chances between 0 and 1 that never rise down the list', async () => {
    const rows = await collect(recommendForUsers, model, [0, 1, 2, 3], 10);
    for (const { scores } of rows) {
      expect(
        scores.every((score, place) => score >= 0 && score <= 1 && score <= (scores[place - 1] ?? 1)),
      ).toBe(true);
    }
  });

  it('gives popular items to users without purchases and to unknown ones', async () => {
    const rows = await collect(recommendForUsers, model, [indexOf('newcomer'), -1], 10);
    expect(rows.map((row) => row.known)).toEqual([0, 0]);
    expect(rows[1]?.ids).toEqual([...popularItems(model, 10).ids]);
  });

  it('leaves out masked and, when asked, purchased items', () => {
    const user = indexOf('u4');
    const plain = recommendForUser(model, { user, k: 5 });
    const itemMask = new Uint8Array(input.itemIds.length).fill(1);
    itemMask[plain.ids[0] as number] = 0;
    expect([...recommendForUser(model, { user, k: 5, itemMask }).ids]).not.toContain(plain.ids[0]);
    const { users, items } = input.interactions;
    const purchased = new Set(items.filter((_, row) => users[row] === user));
    const fresh = recommendForUser(model, { user, k: 5, excludePurchased: true });
    expect([...fresh.ids].filter((item) => purchased.has(item))).toEqual([]);
  });

  it('answers the same after a round trip through its file', async () => {
    const path = join(folder, 'model.bin');
    await writeModel(path, model);
    const back = await readModel(path);
    const users = [0, 5, indexOf('newcomer'), -1];
    expect(await collect(recommendForUsers, back, users, 10)).toEqual(
      await collect(recommendForUsers, model, users, 10),
    );
    expect(back.userIds).toEqual(model.userIds);
  });

  it('is the same for the same seed', async () => {
    const again = await trainRecommender(input);
    expect(again).toEqual(model);
  });

  it('reports the metrics under their names', () => {
    expect(Object.keys(model.metrics).sort()).toEqual([
      'coverage',
      'mean_reciprocal_rank_at_25',
      'normalized_discounted_cumulative_gain_at_10',
      'normalized_discounted_cumulative_gain_at_25',
      'normalized_discounted_cumulative_gain_at_5',
      'precision_at_10',
      'precision_at_25',
      'precision_at_5',
    ]);
  });

  it('refuses a file that is not a model', async () => {
    const path = join(folder, 'other.bin');
    await writeFile(path, 'not a model at all');
    await expect(readModel(path)).rejects.toBeInstanceOf(ModelFileError);
    await expect(readModel(join(folder, 'absent'))).rejects.toBeInstanceOf(ModelFileError);
  });
});

describe('the other recipes', () => {
  it('finds similar items of the same taste, popular ones for an item never sold', async () => {
    const model = await trainSimilarItems(input);
    const item = input.itemIds.indexOf('i2');
    const [row, cold] = await collect(similarForItems, model, [item, input.itemIds.indexOf('never sold')], 5);
    expect(
      row?.ids.every((other) => Number(input.itemIds[other]?.slice(1)) % 2 === 0 && other !== item),
    ).toBe(true);
    expect(cold?.known).toBe(0);
    expect(cold?.ids).toEqual([...popularItems(model, 5).ids]);
  });

  it('finds users of the same taste for an item', async () => {
    const model = await trainItemAffinity(input);
    const [row] = await collect(segmentsForItems, model, [input.itemIds.indexOf('i2')], 30);
    const even = row?.ids.filter((user) => user % 2 === 0) ?? [];
    expect(even.length).toBeGreaterThanOrEqual(27);
    expect(Object.keys(model.metrics).sort()).toEqual([
      'coverage',
      'hits_at_1_percent',
      'recall_at_1_percent',
    ]);
  });

  it('ranks by recent purchases for popularity', async () => {
    const builder = createInteractionsBuilder();
    for (let day = 0; day < 5; day += 1) builder.add(`u${day}`, 'old', START + day);
    for (let day = 0; day < 3; day += 1) builder.add(`u${day}`, 'new', START + 300 * DAY + day);
    const { interactions, userIds, itemIds } = builder.finish();
    const model = await trainPopularity({ ...input, interactions, userIds, itemIds, now: START + 301 * DAY });
    expect([...popularItems(model, 2).ids].map((item) => itemIds[item])).toEqual(['new', 'old']);
  });
});

describe('thin data', () => {
  it.each([0, 1, 3])('trains every recipe on %i orders', async (orders) => {
    const builder = createInteractionsBuilder();
    for (let order = 0; order < orders; order += 1)
      builder.add(`u${order}`, `i${order % 2}`, START + order * DAY);
    const { interactions, userIds, itemIds } = builder.finish();
    const thin = { ...input, interactions, userIds, itemIds };
    for (const train of [trainRecommender, trainSimilarItems, trainPopularity, trainItemAffinity])
      await train(thin);
    const model = await trainRecommender(thin);
    const list = recommendForUser(model, { user: 0, k: 5 });
    expect(list.ids.length).toBe(itemIds.length);
  });
});
