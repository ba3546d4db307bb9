import { describe, expect, it } from 'vitest';
import { createInteractionsBuilder } from './interactions.ts';
import { trainTrending } from './trending.ts';

const DAY = 86_400;
const NOW = 1_760_000_000;

/** Sales by item: how many on each of the days ago. */
function trendingOf(
  sales: Readonly<Record<string, readonly (readonly [number, number])[]>>,
  windowDays?: number,
) {
  const builder = createInteractionsBuilder();
  for (const [item, days] of Object.entries(sales)) {
    for (const [ago, count] of days) {
      for (let n = 0; n < count; n++) builder.add(`u${n}`, item, NOW - ago * DAY);
    }
  }
  const model = trainTrending({
    ...builder.finish(),
    ...(windowDays === undefined ? {} : { windowSeconds: windowDays * DAY }),
  });
  return Array.from(model.popular.ids, (item, place) => [
    model.itemIds[item],
    Number((model.popular.scores[place] ?? 0).toFixed(3)),
  ]);
}

describe('trending', () => {
  it('puts what grows most first, and what does not grow after it by recent sales', () => {
    const lists = trendingOf({
      steady: [
        [1, 10],
        [40, 30],
      ],
      bestseller: [
        [0, 40],
        [60, 300],
      ],
      rising: [
        [2, 12],
        [50, 9],
      ],
      fresh: [[3, 5]],
      rare: [[3, 2]],
      forgotten: [[200, 50]],
    });
    expect(lists).toEqual([
      ['fresh', 2.667],
      ['rising', 2.5],
      ['bestseller', 0],
      ['steady', 0],
      ['rare', 0],
      ['forgotten', 0],
    ]);
  });

  it('looks at the window it is given', () => {
    const sales = {
      month: [
        [0, 4],
        [5, 40],
      ],
      today: [[0, 5]],
    } as const;
    expect(trendingOf(sales, 1).map(([item]) => item)).toEqual(['today', 'month']);
    expect(trendingOf(sales).map(([item]) => item)).toEqual(['month', 'today']);
  });

  it('is popularity where times are no dates', () => {
    const builder = createInteractionsBuilder();
    for (const [user, item] of [
      ['a', 'x'],
      ['b', 'x'],
      ['a', 'y'],
    ] as const)
      builder.add(user, item, 0);
    const { itemIds, popular } = trainTrending(builder.finish());
    expect(Array.from(popular.ids, (item) => itemIds[item])).toEqual(['x', 'y']);
  });
});
