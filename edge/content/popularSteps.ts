import type { ReasonCode, Step } from '../../shared/api/recommendation.ts';
import type { ItemList } from '../../shared/snapshot/itemList.ts';
import {
  categoryList,
  categoryNameList,
  cityList,
  OVERALL_LIST,
  provinceList,
  TRENDING_LIST,
} from '../../shared/snapshot/listKeys.ts';
import type { Read, Reader } from '../stores/ladder.ts';
import type { Origin, Store } from '../stores/store.ts';
import type { Candidate, ContentStep } from './candidate.ts';

/** Where something is popular. */
export interface PopularWhere {
  readonly province?: string | null;
  readonly city?: string | null;
  /** A country may serve as province. */
  readonly country?: string | null;
  /** Category path, department first; a single name is sought anywhere in the tree. */
  readonly category?: readonly string[];
}

interface Level {
  readonly step: Step;
  readonly reason: ReasonCode;
  readonly about: string | null;
  /** The first of these lists that exists is taken. */
  readonly names: readonly string[];
}

/**
 * What is popular in the category, the city, the province and the whole shop, in this order, then the
 * bundled list. All lists come with one read, made when the first of these steps is reached.
 */
export function popularSteps(reader: Reader, where: () => PopularWhere, defaults: Store): ContentStep[] {
  return [() => candidatesOf(readLevels(reader, levelsOf(where()))), defaultsStep(defaults)];
}

interface Found {
  readonly level: Level;
  readonly list: ItemList;
  readonly origin: Origin;
}

function readLevels(reader: Reader, levels: readonly Level[]): Found[] {
  const names = levels.flatMap((level) => level.names);
  const { value, origin }: Read<(ItemList | null)[]> = reader.read('popular', (store) =>
    store.popular(names),
  );
  const lists = new Map(names.map((name, i) => [name, value[i] ?? null]));
  return levels.flatMap((level) => {
    const list = level.names.map((name) => lists.get(name) ?? null).find((known) => known !== null);
    return list ? [{ level, list, origin }] : [];
  });
}

function* candidatesOf(found: readonly Found[]): Generator<Candidate> {
  for (const { level, list, origin } of found) {
    const { step, reason, about } = level;
    for (const item of list.items) yield { item, step, score: null, reason, about, origin };
  }
}

function levelsOf({ province, city, country, category }: PopularWhere): Level[] {
  const levels: Level[] = [];
  const path = category ?? [];
  // The deepest category first: mattresses before all of bedding.
  for (let depth = path.length; depth > 0; depth--) {
    const name = path[depth - 1] ?? '';
    const names = [
      categoryList(path.slice(0, depth)),
      ...(path.length === 1 ? [categoryNameList(name)] : []),
    ];
    levels.push({ step: 'popular_in_category', reason: 'popular_in_category', about: name, names });
  }
  if (city) {
    const names = [...(province ? [cityList(province, city)] : []), cityList(null, city)];
    levels.push({ step: 'popular_in_city', reason: 'popular_in_place', about: city, names });
  }
  for (const name of [province, country]) {
    if (!name) continue;
    levels.push({
      step: 'popular_in_province',
      reason: 'popular_in_place',
      about: name,
      names: [provinceList(name)],
    });
  }
  levels.push({ step: 'popular_overall', reason: 'popular', about: null, names: [OVERALL_LIST] });
  return levels;
}

/** What sells more than it did. */
export function trendingStep(reader: Reader): ContentStep {
  return () => {
    const { value, origin } = reader.read('popular', (store) => store.popular([TRENDING_LIST]));
    const list = value[0] ?? null;
    if (list === null) return [];
    const level: Level = { step: 'trending', reason: 'trending', about: null, names: [TRENDING_LIST] };
    return candidatesOf([{ level, list, origin }]);
  };
}

/** Better than an empty page: what was popular when the Worker was deployed. */
function defaultsStep(defaults: Store): ContentStep {
  return () => {
    const [list] = defaults.popular([OVERALL_LIST]);
    return (list?.items ?? []).map((item) => ({
      item,
      step: 'defaults',
      score: null,
      reason: 'popular',
      about: null,
      origin: defaults,
    }));
  };
}
