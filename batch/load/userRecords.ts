import type { SnapshotLayout } from '../../shared/snapshot/layout.ts';
import { encodeUserRecord, LONGEST_BOUGHT, type UserReason } from '../../shared/snapshot/userRecord.ts';
import { type CustomerOrders, orderCountOf } from '../evidence/customerOrders.ts';
import { createCycleReader } from '../evidence/cycles.ts';
import type { PairTable } from '../evidence/pairs.ts';
import type { PopularLists } from '../evidence/popularLists.ts';
import { createPurchaseReader } from '../evidence/purchases.ts';
import type { Evidence } from '../evidence/readEvidence.ts';
import type { AffinityTable } from './affinityTable.ts';
import { createPlaceFill } from './placeFill.ts';
import { createReasonFinder } from './reasonFinder.ts';
import type { RepeatPolicy } from './repeatPolicy.ts';

export interface UserRecordSources {
  readonly evidence: Evidence;
  readonly customerOrders: CustomerOrders;
  readonly pairs: PairTable;
  readonly popular: PopularLists;
  readonly affinity: AffinityTable;
  readonly layout: SnapshotLayout;
  readonly repeats: RepeatPolicy;
}

/** The recommender's list for one customer; nothing of it need be known or sellable. */
export interface OwnList {
  /** Item numbers, best first; 0 = unknown product. */
  readonly items: readonly number[];
  readonly scores: readonly number[] | null;
}

interface MadeUserRecord {
  readonly bytes: Uint8Array;
  /** Items that are the recommender's own: the first `own` of `items`. */
  readonly own: number;
  readonly items: readonly number[];
}

/**
 * Makes customers' records: what the recommender gave as far as it can be sold, filled up with what is
 * popular where they live and not bought yet, each item with its reason from the customer's own orders.
 */
export function createUserRecordMaker(
  sources: UserRecordSources,
): (customer: number, own: OwnList | null) => MadeUserRecord {
  const { evidence, customerOrders, popular, affinity, layout, repeats } = sources;
  const { sellable, maxItem } = evidence.products;
  const purchases = createPurchaseReader(evidence.book, customerOrders);
  const cycles = createCycleReader(evidence.book, customerOrders);
  const finder = createReasonFinder(sources.pairs);
  const stagesOf = createPlaceFill(popular, evidence.places.names);
  const capacity = layout.user_recommendations;
  const placeOf = createPlaceFinder(evidence, customerOrders);
  /** Which record an item was last put into, by item number. */
  const takenBy = new Uint32Array(maxItem + 1);
  let record = 0;
  /** Bought by this customer, and nobody buys it twice. */
  const isOver = (item: number): boolean => repeats.never[item] === 1 && purchases.has(item);

  return (customer, own) => {
    const bought = Math.min(purchases.read(customer), layout.user_bought, LONGEST_BOUGHT);
    finder.prepare(purchases, bought);
    const place = placeOf(customer);
    const items: number[] = [];
    const scores: (number | null)[] = [];
    const reasons: UserReason[] = [];
    const references: (number | null)[] = [];
    record++;

    function add(item: number, score: number | null, fill: UserReason | null): void {
      const position = purchases.positionOf(item);
      const reference = position >= 0 ? position : finder.reference(item);
      const kind = position >= 0 ? 'buy_again' : reference === null ? 'similar_taste' : 'bought_with';
      takenBy[item] = record;
      items.push(item);
      scores.push(score);
      reasons.push(fill ?? kind);
      references.push(fill === null && reference !== null && reference < bought ? reference : null);
    }

    for (let i = 0; own !== null && i < own.items.length && items.length < capacity; i++) {
      const item = own.items[i] as number;
      if (sellable[item] === 1 && takenBy[item] !== record && !isOver(item))
        add(item, own.scores?.[i] ?? null, null);
    }
    const ownCount = items.length;
    for (const { ref, reason } of stagesOf(place)) {
      const end = ref.lists.starts[ref.list + 1] as number;
      for (let at = ref.lists.starts[ref.list] as number; at < end && items.length < capacity; at++) {
        const item = ref.lists.items[at] as number;
        if (takenBy[item] === record) continue;
        if (!purchases.has(item) || repeats.always[item] === 1) add(item, null, reason);
      }
    }
    const bytes = encodeUserRecord(
      {
        place,
        items,
        scores,
        reasons,
        references,
        own: ownCount,
        affinity: Array.from(affinity.itemsOf(customer)).filter((item) => !isOver(item)),
        bought: Array.from(purchases.items.subarray(0, bought)),
        cycles: cycles
          .read(customer, purchases, bought)
          .map((weeks, position) => (isOver(purchases.items[position] as number) ? null : weeks)),
      },
      layout,
    );
    return { bytes, own: ownCount, items };
  };
}

/** Where a customer lives: as their row says, else as their latest order with a place says. */
function createPlaceFinder(
  { customers, book }: Evidence,
  orders: CustomerOrders,
): (customer: number) => number {
  return (customer) => {
    const known = customers.places[customer] ?? 0;
    if (known !== 0) return known;
    const from = orders.starts[customer] ?? 0;
    for (let i = 0; i < orderCountOf(orders, customer); i++) {
      const place = book.places[orders.orders[from + i] as number] as number;
      if (place !== 0) return place;
    }
    return 0;
  };
}
