import type { AvailabilityDocument } from '../../shared/overlay/availability.ts';
import type { CatalogueState } from './catalogueState.ts';

type Change = AvailabilityDocument['changes'][number];

/**
 * The Worker reads the document anew every half minute: 20,000 changes are 300 KB and some milliseconds.
 * A shop that changes more at once is told to publish.
 */
const MOST_CHANGES = 20_000;

export interface Bounded<T> {
  readonly kept: readonly T[];
  /** How many did not fit. */
  readonly leftOut: number;
}

/**
 * What differs of the products that the catalogue holds: sold out, back, or at another price. Beyond `most`,
 * those that may not be sold any more stay, then those that are back, then prices; of each the lowest item numbers.
 * A product that has lost its price keeps the one the catalogue says. O(products), both in order of item numbers.
 */
export function availabilityChanges(
  then: CatalogueState,
  now: CatalogueState,
  most = MOST_CHANGES,
): Bounded<Change> {
  const ranked: { readonly change: Change; readonly rank: number }[] = [];
  let at = 0;
  now.items.forEach((item, i) => {
    while ((then.items[at] ?? Number.POSITIVE_INFINITY) < item) at++;
    if (then.items[at] !== item) return;
    const sellable = now.sellable[i] === 1;
    const flipped = sellable !== (then.sellable[at] === 1);
    const price = now.prices[i] as number;
    const isRepriced = !Number.isNaN(price) && price !== then.prices[at];
    if (!flipped && !isRepriced) return;
    const change: Change = [item, sellable ? 1 : 0, isRepriced ? price : null];
    ranked.push({ change, rank: flipped ? (sellable ? 1 : 0) : 2 });
  });
  const kept = ranked.length <= most ? ranked : ranked.toSorted((a, b) => a.rank - b.rank).slice(0, most);
  return {
    kept: kept.map(({ change }) => change).sort(([a], [b]) => a - b),
    leftOut: ranked.length - kept.length,
  };
}
