import { describe, expect, it } from 'vitest';
import { recommendForUsers, segmentsForItems, similarForItems } from './infer.ts';
import {
  createInteractionsBuilder,
  type IndexedInteractions,
  type InteractionsBuilder,
} from './interactions.ts';
import { createRandom } from './random.ts';
import { trainItemAffinity, trainPopularity, trainRecommender, trainSimilarItems } from './train.ts';

const DAY = 86_400;
const NOW = 1_700_000_000;

/** Users of five tastes; each basket holds three of the taste's twelve items, early ones oftener. */
function fill(
  builder: InteractionsBuilder,
  shape: {
    users: number;
    baskets: number;
    time: (user: number, basket: number, random: () => number) => number;
  },
): void {
  const random = createRandom(11);
  for (let user = 0; user < shape.users; user += 1) {
    for (let basket = 0; basket < shape.baskets; basket += 1) {
      const time = shape.time(user, basket, random);
      for (let line = 0; line < 3; line += 1)
        builder.add(`u${user}`, `i${12 * (user % 5) + Math.floor(random() ** 2 * 12)}`, time);
    }
  }
}

function shopOf(rows: (builder: InteractionsBuilder) => void): IndexedInteractions {
  const builder = createInteractionsBuilder();
  rows(builder);
  return builder.finish();
}

const SHOPS: Record<string, () => IndexedInteractions> = {
  'basket numbers without dates': () =>
    shopOf((builder) => fill(builder, { users: 80, baskets: 5, time: (_, basket) => basket + 1 })),
  'day numbers': () =>
    shopOf((builder) =>
      fill(builder, {
        users: 80,
        baskets: 5,
        time: (_, basket, random) => 90 * basket + Math.floor(random() * 90),
      }),
    ),
  'one time for all': () => shopOf((builder) => fill(builder, { users: 80, baskets: 5, time: () => NOW })),
  milliseconds: () =>
    shopOf((builder) =>
      fill(builder, { users: 80, baskets: 5, time: (_, basket) => (NOW - basket * 20 * DAY) * 1000 }),
    ),
  'missing, negative and zero times among real ones': () =>
    shopOf((builder) => {
      fill(builder, { users: 80, baskets: 4, time: (_, basket) => NOW - basket * 20 * DAY });
      builder.add('u1', 'i1', 0);
      builder.add('u2', 'i2', -5);
      builder.add('u3', 'i3', Number.NaN);
    }),
  'a single order for each customer': () =>
    shopOf((builder) => fill(builder, { users: 200, baskets: 1, time: (user) => NOW - user * DAY })),
  'thirty orders': () =>
    shopOf((builder) =>
      fill(builder, { users: 15, baskets: 2, time: (user, basket) => NOW - (user + basket) * DAY }),
    ),
  'one giant customer': () =>
    shopOf((builder) => {
      for (let row = 0; row < 3_000; row += 1) builder.add('giant', `i${row % 700}`, NOW - (row % 300) * DAY);
      fill(builder, { users: 10, baskets: 2, time: (_, basket) => NOW - basket * DAY });
    }),
  'one item': () =>
    shopOf((builder) => {
      for (let user = 0; user < 50; user += 1) builder.add(`u${user}`, 'only', NOW - user * DAY);
    }),
  'one customer': () =>
    shopOf((builder) => fill(builder, { users: 1, baskets: 40, time: (_, basket) => NOW - basket * DAY })),
  'every row ten times, with long and odd ids': () =>
    shopOf((builder) => {
      for (let row = 0; row < 2_000; row += 1)
        builder.add(
          `${'ü'.repeat(200)}${row % 40}`,
          `9007199254740993${row % 13}\u0000`,
          NOW - (row % 200) * DAY,
        );
    }),
  'times at the end of what 32 bits hold': () =>
    shopOf((builder) =>
      fill(builder, { users: 60, baskets: 3, time: (_, basket) => 4_294_967_290 - basket * DAY }),
    ),
};

describe.each(Object.keys(SHOPS))('a shop with %s', (name) => {
  const { interactions, userIds, itemIds } = SHOPS[name]?.() ?? shopOf(() => {});
  const input = { interactions, userIds, itemIds, seed: 1, now: NOW, log: () => {}, threads: 0 };

  it('gets lists of different items with finite chances, from every recipe', async () => {
    const recommender = await trainRecommender(input);
    const similar = await trainSimilarItems(input);
    const segments = await trainItemAffinity(input);
    const { popular } = await trainPopularity(input);
    expect(popular.scores.every(Number.isFinite)).toBe(true);
    const asked = {
      users: [...userIds.keys(), -1],
      items: [...itemIds.keys(), -1],
    };
    for (const [ask, model, of] of [
      [recommendForUsers, recommender, asked.users],
      [similarForItems, similar, asked.items],
      [segmentsForItems, segments, asked.items],
    ] as const) {
      await ask(model, {
        of,
        k: 25,
        threads: 0,
        onBatch({ ids, scores, rows, width }) {
          for (let row = 0; row < rows; row += 1) {
            const list = ids.subarray(row * width, (row + 1) * width).filter((id) => id >= 0);
            expect(new Set(list).size).toBe(list.length);
            expect(scores.subarray(row * width, (row + 1) * width).every(Number.isFinite)).toBe(true);
            if (ask === recommendForUsers) expect(list.length).toBeGreaterThan(0);
          }
        },
      });
    }
    for (const metric of Object.values({ ...recommender.metrics, ...segments.metrics }))
      expect(Number.isFinite(metric)).toBe(true);
  });
});

describe.each([
  ['dates', (basket: number) => NOW - (6 - basket) * 25 * DAY],
  ['basket numbers', (basket: number) => basket + 1],
  ['neither', () => 0],
])('where orders have %s', (_, timeOf) => {
  it('finds more of what comes next than the most popular items do', async () => {
    const known = createInteractionsBuilder();
    const next = new Map<number, Set<number>>();
    const all = createInteractionsBuilder();
    fill(all, { users: 150, baskets: 6, time: (_user, basket) => basket });
    const { interactions, userIds, itemIds } = all.finish();
    for (let row = 0; row < interactions.length; row += 1) {
      const [user, item] = [interactions.users[row] as number, interactions.items[row] as number];
      const basket = interactions.times[row] as number;
      const index = known.addUser(userIds[user] ?? '');
      if (basket < 5) known.add(userIds[user] ?? '', itemIds[item] ?? '', timeOf(basket));
      else next.set(index, (next.get(index) ?? new Set()).add(known.addItem(itemIds[item] ?? '')));
    }
    const input = { ...known.finish(), seed: 1, now: NOW, log: () => {}, threads: 0 };
    const model = await trainRecommender(input);
    const popular = (await trainPopularity(input)).popular.ids.subarray(0, 10);
    let found = 0;
    let foundByPopularity = 0;
    await recommendForUsers(model, {
      of: [...next.keys()],
      k: 10,
      threads: 0,
      onBatch({ ids, rows, from }) {
        const users = [...next.keys()];
        for (let row = 0; row < rows; row += 1) {
          const wanted = next.get(users[from + row] as number) ?? new Set();
          found += ids.subarray(row * 10, (row + 1) * 10).filter((id) => wanted.has(id)).length;
          foundByPopularity += popular.filter((id) => wanted.has(id)).length;
        }
      },
    });
    expect(found).toBeGreaterThan(2 * foundByPopularity);
  });
});
