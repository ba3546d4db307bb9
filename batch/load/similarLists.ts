import type { ItemList } from '../../shared/snapshot/itemList.ts';
import { categoryList } from '../../shared/snapshot/listKeys.ts';
import type { CopurchaseCounter } from '../evidence/copurchases.ts';
import type { PairTable } from '../evidence/pairs.ts';
import type { ListRef, PopularLists } from '../evidence/popularLists.ts';
import type { Products } from '../evidence/readProducts.ts';
import { fuseRankings } from './fuseRankings.ts';

interface SimilarSources {
  readonly products: Products;
  readonly pairs: PairTable;
  readonly counter: CopurchaseCounter;
  readonly popular: PopularLists;
  readonly capacity: number;
}

/**
 * Makes the list of products similar to one: the recommender's list and the shop's own co-purchases
 * fused, so that a product bought with others always shows some of them; then popular ones of its
 * category, its parent categories and overall. Counts say in how many orders both were bought.
 */
export function createSimilarListMaker(
  sources: SimilarSources,
): (item: number, recommended: readonly number[]) => ItemList {
  const { products, pairs, counter, popular, capacity } = sources;
  const fillOf = createCategoryFill(products, popular);
  return (item, recommended) => {
    const mayStand = (other: number): boolean => other !== item && products.sellable[other] === 1;
    const bought = Array.from(pairs.items.subarray(pairs.starts[item], pairs.starts[item + 1]));
    const items = fuseRankings([recommended.filter(mayStand), bought.filter(mayStand)], capacity);
    const own = items.length;
    const taken = new Set(items);
    for (const { lists, list } of fillOf(item)) {
      const end = lists.starts[list + 1] as number;
      for (let at = lists.starts[list] as number; at < end && items.length < capacity; at++) {
        const other = lists.items[at] as number;
        if (!mayStand(other) || taken.has(other)) continue;
        taken.add(other);
        items.push(other);
      }
    }
    counter.count(item);
    return { items, counts: items.map((other) => counter.counts[other] ?? 0), weights: [], own };
  };
}

/** Popular lists of an item's category, deepest first, then overall. */
function createCategoryFill(products: Products, popular: PopularLists): (item: number) => readonly ListRef[] {
  const byCategory = products.categoryPaths.map((path) => {
    const refs = path.flatMap((_, depth) => {
      const ref = popular.byName.get(categoryList(path.slice(0, path.length - depth)));
      return ref === undefined ? [] : [ref];
    });
    return [...refs, popular.overall];
  });
  const overall = [popular.overall];
  return (item) => byCategory[products.categoryOf[item] as number] ?? overall;
}
