import type { ItemFacts } from './facts.ts';
import type { History } from './history.ts';
import { DAY } from './popularity.ts';
import { sharedFloat32 } from './shared-arrays.ts';

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

/** What is counted of an item or a group of items. */
interface Counts {
  purchases: number;
  repeats: number;
  days: number;
}

/**
 * The repeat policy needs no setting: a mattress that nobody buys twice gets its aisle's low rate, a new pillowcase
 * its aisle's high one. One pass over the history and one over the items: O(entries + items × category depth).
 */
export function learnRepeats(
  history: History,
  realTimes: boolean,
  categories?: ItemFacts['categories'],
): Repeats {
  const { itemCount } = history;
  const items = countItems(history, realTimes);
  const groups = countGroups(items, categories);
  const all: Counts = { purchases: 100, repeats: 1, days: 0 };
  for (const one of items) add(all, one);
  const shop = {
    rate: all.repeats / all.purchases,
    interval: all.repeats <= 1 ? 0 : all.days / (all.repeats - 1),
  };
  const rate = sharedFloat32(itemCount);
  const interval = sharedFloat32(itemCount);
  items.forEach((own, item) => {
    let known = shop;
    for (const key of groupKeys(categories?.[item])) known = shrunk(groups.get(key) ?? own, known);
    known = shrunk(own, known);
    rate[item] = known.rate;
    interval[item] = known.interval;
  });
  return { rate, interval };
}

function countItems(history: History, realTimes: boolean): Counts[] {
  const { itemCount, item, count, first, last } = history;
  const counts = Array.from({ length: itemCount }, (): Counts => ({ purchases: 0, repeats: 0, days: 0 }));
  for (let entry = 0; entry < item.length; entry += 1) {
    const own = counts[item[entry] as number];
    if (own === undefined) continue;
    const bought = count[entry] as number;
    own.purchases += bought;
    if (bought < 2) continue;
    own.repeats += bought - 1;
    if (realTimes) own.days += ((last[entry] as number) - (first[entry] as number)) / DAY;
  }
  return counts;
}

/** One key for every level of the path, widest first. */
function groupKeys(path: readonly string[] | null | undefined): string[] {
  return (path ?? []).map((_, level) => (path ?? []).slice(0, level + 1).join('\u0000'));
}

function countGroups(items: readonly Counts[], categories: ItemFacts['categories']): Map<string, Counts> {
  const groups = new Map<string, Counts>();
  items.forEach((own, item) => {
    for (const key of groupKeys(categories?.[item])) {
      const group = groups.get(key) ?? { purchases: 0, repeats: 0, days: 0 };
      groups.set(key, group);
      add(group, own);
    }
  });
  return groups;
}

function add(to: Counts, from: Counts): void {
  to.purchases += from.purchases;
  to.repeats += from.repeats;
  to.days += from.days;
}

function shrunk(own: Counts, to: { readonly rate: number; readonly interval: number }) {
  return {
    rate: (own.repeats + PRIOR_PURCHASES * to.rate) / (own.purchases + PRIOR_PURCHASES),
    interval: (own.days + PRIOR_REPEATS * to.interval) / (own.repeats + PRIOR_REPEATS),
  };
}
