import type { ItemFacts } from './facts.ts';
import type { History } from './history.ts';
import { DAY } from './popularity.ts';
import { sharedFloat32 } from './shared-arrays.ts';
import { ROWS_A_TURN, type Steps } from './turns.ts';

/** How an item is bought again, learnt from all its buyers. By item. */
export interface Repeats {
  /** Chance that a purchase is followed by another by the same user, shrunk to its aisle's, department's, shop's. */
  readonly rate: Float32Array;
  /** Mean days between two purchases by the same user, shrunk likewise; 0 without real times. */
  readonly interval: Float32Array;
}

/** Purchases that count as evidence for the wider group's mean against the item's or the narrower group's own. */
const PRIOR_PURCHASES = 10;
const PRIOR_REPEATS = 3;

/** What is counted, by item or by group of items. */
interface Counts {
  readonly purchases: Float64Array;
  readonly repeats: Float64Array;
  readonly days: Float64Array;
}

/** How something is bought again. */
interface Habit {
  readonly rate: number;
  readonly interval: number;
}

/**
 * The repeat policy needs no setting: a mattress that nobody buys twice gets its aisle's low rate, a new pillowcase
 * its aisle's high one. One pass over the history and one over the items: O(entries + items × category depth).
 */
export function* learnRepeats(
  history: History,
  realTimes: boolean,
  categories?: ItemFacts['categories'],
): Steps<Repeats> {
  const { itemCount } = history;
  const items = yield* countItems(history, realTimes);
  const { groupsOf, count } = numberGroups(itemCount, categories);
  const groups = createCounts(count);
  const all = createCounts(1);
  all.purchases[0] = 100;
  all.repeats[0] = 1;
  for (let item = 0; item < itemCount; item += 1) {
    add(all, 0, items, item);
    for (const group of groupsOf(item)) add(groups, group, items, item);
  }
  yield;
  const repeated = all.repeats[0] as number;
  const shop: Habit = {
    rate: repeated / (all.purchases[0] as number),
    interval: repeated <= 1 ? 0 : (all.days[0] as number) / (repeated - 1),
  };
  const rate = sharedFloat32(itemCount);
  const interval = sharedFloat32(itemCount);
  for (let item = 0; item < itemCount; item += 1) {
    let known = shop;
    for (const group of groupsOf(item)) known = shrunk(groups, group, known);
    known = shrunk(items, item, known);
    rate[item] = known.rate;
    interval[item] = known.interval;
  }
  return { rate, interval };
}

function createCounts(size: number): Counts {
  return {
    purchases: new Float64Array(size),
    repeats: new Float64Array(size),
    days: new Float64Array(size),
  };
}

function* countItems(history: History, realTimes: boolean): Steps<Counts> {
  const { itemCount, item, count, first, last } = history;
  const counts = createCounts(itemCount);
  const { purchases, repeats, days } = counts;
  for (let entry = 0; entry < item.length; entry += 1) {
    if (entry % ROWS_A_TURN === 0) yield;
    const which = item[entry] as number;
    const bought = count[entry] as number;
    purchases[which] = (purchases[which] as number) + bought;
    if (bought < 2) continue;
    repeats[which] = (repeats[which] as number) + bought - 1;
    if (!realTimes) continue;
    days[which] = (days[which] as number) + ((last[entry] as number) - (first[entry] as number)) / DAY;
  }
  return counts;
}

/** Numbers every level of every category path. Items share few paths: each is taken apart once. */
function numberGroups(itemCount: number, categories: ItemFacts['categories']) {
  const numbers = new Map<string, number>();
  const groupsOfPath = new Map<string, readonly number[]>();
  const numberOf = (key: string): number => {
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
  const pathOf = (item: number): readonly number[] => {
    const path = categories?.[item] ?? [];
    const key = path.join('\u0000');
    const known = groupsOfPath.get(key);
    if (known !== undefined) return known;
    const groups = path.map((_, level) => numberOf(path.slice(0, level + 1).join('\u0000')));
    groupsOfPath.set(key, groups);
    return groups;
  };
  const paths = Array.from({ length: itemCount }, (_, item) => pathOf(item));
  return {
    /** Widest first. */
    groupsOf: (item: number): readonly number[] => paths[item] ?? [],
    count: numbers.size,
  };
}

function add(to: Counts, group: number, from: Counts, item: number): void {
  to.purchases[group] = (to.purchases[group] as number) + (from.purchases[item] as number);
  to.repeats[group] = (to.repeats[group] as number) + (from.repeats[item] as number);
  to.days[group] = (to.days[group] as number) + (from.days[item] as number);
}

function shrunk({ purchases, repeats, days }: Counts, at: number, to: Habit): Habit {
  const repeated = repeats[at] as number;
  return {
    rate: (repeated + PRIOR_PURCHASES * to.rate) / ((purchases[at] as number) + PRIOR_PURCHASES),
    interval: ((days[at] as number) + PRIOR_REPEATS * to.interval) / (repeated + PRIOR_REPEATS),
  };
}
