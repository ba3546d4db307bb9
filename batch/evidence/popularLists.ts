import {
  categoryList,
  categoryNameList,
  cityList,
  OVERALL_LIST,
  provinceList,
  TRENDING_LIST,
} from '../../shared/snapshot/listKeys.ts';
import type { OrderBook } from './orderBook.ts';
import type { PlaceName } from './placeBook.ts';
import { rankPopularity, recencyWeights } from './popularity.ts';
import type { RankedLists } from './rankedLists.ts';
import type { Products } from './readProducts.ts';
import { rankTrending } from './trending.ts';

/** One list inside a RankedLists. */
export interface ListRef {
  readonly lists: RankedLists;
  readonly list: number;
}

/** Popular and trending lists by name (shared/snapshot/listKeys.ts). */
export interface PopularLists {
  /** Every sold, sellable item, most popular first. */
  readonly overall: ListRef;
  readonly byName: ReadonlyMap<string, ListRef>;
}

interface PopularSources {
  readonly book: OrderBook;
  readonly products: Products;
  /** Place p is names[p - 1]. */
  readonly placeNames: readonly PlaceName[];
  /** Longest list but the overall one, which is kept whole. */
  readonly limit: number;
}

/** Popular overall, by category at every level, by province, by city within its province and alone. */
export function makePopularLists(sources: PopularSources): PopularLists {
  const { book, products, limit } = sources;
  const orderWeights = recencyWeights(book);
  const byName = new Map<string, ListRef>();
  const whole = rankPopularity({
    book,
    orderWeights,
    groupOfOrder: new Int32Array(book.orderCount),
    groupCount: 1,
    listed: products.sellable,
    limit: book.maxItem + 1,
  });
  const overall = { lists: whole, list: 0 };
  byName.set(OVERALL_LIST, overall);
  byName.set(TRENDING_LIST, { lists: rankTrending(book, products.sellable, limit), list: 0 });
  addCategories(byName, whole, sources);
  for (const nameOf of PLACE_LEVELS) addPlaces(byName, nameOf, { ...sources, orderWeights });
  return { overall, byName };
}

const PLACE_LEVELS: readonly ((place: PlaceName) => string | null)[] = [
  ([province]) => (province === null ? null : provinceList(province)),
  ([province, city]) => (province === null || city === null ? null : cityList(province, city)),
  ([, city]) => (city === null ? null : cityList(null, city)),
];

function addPlaces(
  byName: Map<string, ListRef>,
  nameOf: (place: PlaceName) => string | null,
  { book, products, placeNames, limit, orderWeights }: PopularSources & { orderWeights: Float32Array },
): void {
  const groups = new Map<string, number>();
  const groupOfPlace = new Int32Array(placeNames.length + 1).fill(-1);
  placeNames.forEach((place, index) => {
    const name = nameOf(place);
    if (name === null) return;
    if (!groups.has(name)) groups.set(name, groups.size);
    groupOfPlace[index + 1] = groups.get(name) ?? -1;
  });
  const groupOfOrder = book.places.map((place) => groupOfPlace[place] as number);
  const lists = rankPopularity({
    book,
    orderWeights,
    groupOfOrder,
    groupCount: groups.size,
    listed: products.sellable,
    limit,
  });
  for (const [name, list] of groups) byName.set(name, { lists, list });
}

/** Category lists are the overall ranking, dealt out. */
function addCategories(
  byName: Map<string, ListRef>,
  whole: RankedLists,
  { products, limit }: PopularSources,
): void {
  const levels = products.categoryPaths.map(categoryLists);
  const entries = new Map<string, number[]>();
  for (let at = 0; at < whole.items.length; at++) {
    for (const name of levels[products.categoryOf[whole.items[at] as number] as number] ?? []) {
      const list = entries.get(name);
      if (list === undefined) entries.set(name, [at]);
      else if (list.length < limit) list.push(at);
    }
  }
  for (const [name, ats] of entries) byName.set(name, { lists: picked(whole, ats), list: 0 });
}

/** The lists of a path: its prefixes, and below the department each name alone. */
function categoryLists(path: readonly string[]): string[] {
  const prefixes = path.map((_, depth) => categoryList(path.slice(0, depth + 1)));
  return [...new Set([...prefixes, ...path.slice(1).map(categoryNameList)])];
}

function picked(from: RankedLists, ats: readonly number[]): RankedLists {
  return {
    starts: Uint32Array.of(0, ats.length),
    items: Uint32Array.from(ats, (at) => from.items[at] as number),
    counts: Uint32Array.from(ats, (at) => from.counts[at] as number),
    weights: Float32Array.from(ats, (at) => from.weights[at] as number),
  };
}
