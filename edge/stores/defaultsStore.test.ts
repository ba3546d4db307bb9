import { describe, expect, test } from 'vitest';
import { categoryList, categoryNameList, OVERALL_LIST } from '../../shared/snapshot/listKeys.ts';
import empty from '../defaults/empty.json' with { type: 'json' };
import { DEFAULTS } from '../testing/sampleShop.ts';
import { openDefaultsStore } from './defaultsStore.ts';

describe('the bundled defaults', () => {
  test('know a category by its path and by its own name', async () => {
    const path = categoryList(['Bedding', 'Bed Linen']);
    const store = openDefaultsStore({ ...DEFAULTS, lists: { ...DEFAULTS.lists, [path]: [17] } });
    const found = await store.popular([path, categoryNameList('bed linen'), categoryNameList('boats')]);
    expect(found.map((list) => list?.items ?? null)).toEqual([[17], [17], null]);
  });

  test('of a fresh clone are valid and empty', async () => {
    const store = openDefaultsStore(empty);
    expect([store.problem, store.products]).toEqual([null, 0]);
    expect((await store.popular([OVERALL_LIST]))[0]?.items).toEqual([]);
  });

  test('that are damaged say so and hold nothing', async () => {
    for (const damaged of [null, 'x', {}, { ...DEFAULTS, products: [{ item: 0 }] }]) {
      const store = openDefaultsStore(damaged);
      expect(store.problem).toContain('not readable');
      expect(await store.popular(['overall', '__proto__', 'constructor'])).toEqual([null, null, null]);
    }
  });
});
