import { COVERED_CUSTOMER } from '../load/coverage.ts';
import type { ListFacts } from './compareLists.ts';
import type { GateLimits } from './gateLimits.ts';

/** What the gate found in one respect. */
export interface GateCheck {
  /** Stable name, e.g. `customer_coverage`. */
  readonly check: string;
  /** `hold` keeps the snapshot from going live; `warn` is told and lets it pass. */
  readonly verdict: 'pass' | 'warn' | 'hold';
  readonly found: string;
  readonly limit: string;
  /** What to do; empty when nothing is to be done. */
  readonly remedy: string;
}

/** What is known of a snapshot that is to go live. */
export interface SnapshotFacts {
  /** As the load counted them. */
  readonly counts: Readonly<Record<string, number>>;
  /** Products that can be sold now. */
  readonly sellable: number;
  readonly engine: 'aws' | 'embedded';
  readonly lists: ListFacts;
  /** The snapshot readers see now; null before the first. */
  readonly live: {
    readonly snapshot_id: number;
    readonly engine: 'aws' | 'embedded';
    readonly counts: Readonly<Record<string, number>>;
  } | null;
}

/** Below so many customers or products a share says nothing. */
const MEANINGFUL = 50;
/** Lists less alike than this are personal: then a customer's new list must resemble their own old one. */
const PERSONAL_BELOW = 0.8;
/** By how much a customer's new list resembles their own old list more than another customer's. */
const OWN_LEAD = 0.02;
/** Least share of customers whose key stays. */
const SAME_KEYS = 0.5;

/** Judges a loaded snapshot by itself and against the live one. Pure: the same facts give the same checks. */
export function judgeSnapshot(facts: SnapshotFacts, limits: GateLimits): GateCheck[] {
  return [
    ...judgeCoverage(facts, limits),
    unknownProducts(facts, limits),
    soldOutProducts(facts, limits),
    ...againstLive(facts, limits),
  ];
}

/** The part of it that also holds for the live snapshot at any time. */
export function judgeCoverage(
  facts: Pick<SnapshotFacts, 'counts' | 'sellable'>,
  limits: GateLimits,
): GateCheck[] {
  return [customerCoverage(facts, limits), productCoverage(facts, limits)];
}

function customerCoverage(
  { counts, sellable }: Pick<SnapshotFacts, 'counts' | 'sellable'>,
  limits: GateLimits,
): GateCheck {
  const share = counts['customer_coverage'] ?? 0;
  const limit = `at least ${percent(limits.customerCoverage)} of customers with an order have ${COVERED_CUSTOMER} items of their own`;
  if (sellable < COVERED_CUSTOMER) {
    const found = `only ${sellable} products can be sold: no list can hold ${COVERED_CUSTOMER}`;
    return {
      check: 'customer_coverage',
      verdict: 'warn',
      found,
      limit,
      remedy: 'none, while the shop is so small',
    };
  }
  return least('customer_coverage', share, limits.customerCoverage, {
    found: `${percent(share)} of ${whole(counts['customers_trainable'] ?? 0)}`,
    limit,
    remedy:
      'batch status names what failed in infer and load (customer line errors); batch doctor tells of customers unknown to their table',
  });
}

/** Held against what the orders make possible: a product bought with three others has no five neighbours. */
function productCoverage({ counts }: Pick<SnapshotFacts, 'counts'>, limits: GateLimits): GateCheck {
  const share = counts['product_coverage'] ?? 0;
  const possible = counts['possible_product_coverage'] ?? 1;
  const wanted = limits.productCoverage * possible;
  return least('product_coverage', share, wanted, {
    found: `${percent(share)} of products bought together twice or more`,
    limit: `at least ${percent(wanted)} have 5 co-purchased neighbours${possible < 1 ? ` (the orders allow ${percent(possible)})` : ''}`,
    remedy: 'batch doctor tells whether products are sold out or unknown to their table',
  });
}

function unknownProducts({ lists }: SnapshotFacts, limits: GateLimits): GateCheck {
  return most('unknown_products', lists.withUnknown, limits.unknown, {
    found: `${percent(lists.withUnknown)} of ${whole(lists.count)} lists`,
    limit: `at most ${percent(limits.unknown)} hold a product that is unknown or not to be recommended`,
    remedy: 'products vanished since the load: batch run --fresh makes the lists anew',
  });
}

function soldOutProducts({ lists }: SnapshotFacts, limits: GateLimits): GateCheck {
  return most('sold_out_products', lists.withSoldOut, limits.soldOut, {
    found: `${percent(lists.withSoldOut)} of ${whole(lists.count)} lists`,
    limit: `at most ${percent(limits.soldOut)} hold a product that is sold out`,
    remedy:
      'if that many products are sold out indeed, batch run --fresh makes lists without them; else correct products.available',
  });
}

function againstLive(facts: SnapshotFacts, limits: GateLimits): GateCheck[] {
  const { live, counts } = facts;
  if (live === null) {
    const found = 'nothing is live yet';
    return [{ check: 'drift', verdict: 'pass', found, limit: 'compared from the second on', remedy: '' }];
  }
  return [
    shrinking('customers', counts, live, limits),
    shrinking('products', counts, live, limits),
    overlap(facts, live, limits),
    customerKeys(facts, live),
  ];
}

/** Keys change one by one as customers are merged; with another ID_HASH_KEY all do, and the Worker would know nobody. */
function customerKeys({ lists }: SnapshotFacts, live: NonNullable<SnapshotFacts['live']>): GateCheck {
  return least('customer_keys', lists.sameKeys, SAME_KEYS, {
    found: `${percent(lists.sameKeys)} of the customers have the key they have in live snapshot ${live.snapshot_id}`,
    limit: `at least ${percent(SAME_KEYS)}`,
    remedy:
      "ID_HASH_KEY is not what it was: set the Worker's, then batch run --fresh; if it was changed on purpose, change the Worker's too and publish by force",
  });
}

function shrinking(
  name: 'customers' | 'products',
  counts: SnapshotFacts['counts'],
  live: NonNullable<SnapshotFacts['live']>,
  limits: GateLimits,
): GateCheck {
  const [now, before] = [counts[name] ?? 0, live.counts[name] ?? 0];
  const shrunk = now < (1 - limits.shrink) * before;
  return {
    check: `${name}_count`,
    verdict: !shrunk ? 'pass' : before < MEANINGFUL ? 'warn' : 'hold',
    found: `${whole(now)} ${name}, ${whole(before)} in live snapshot ${live.snapshot_id}`,
    limit: `at most ${percent(limits.shrink)} fewer than live`,
    remedy: shrunk
      ? `if ${name} were meant to go, publish by force; else look at the last ingest or sync (batch doctor)`
      : '',
  };
}

function overlap(
  { lists, engine }: SnapshotFacts,
  live: NonNullable<SnapshotFacts['live']>,
  limits: GateLimits,
): GateCheck {
  const { compared, ownOverlap, otherOverlap } = lists;
  const changed = ownOverlap < limits.overlap;
  const mixedUp = otherOverlap < PERSONAL_BELOW && ownOverlap < otherOverlap + OWN_LEAD;
  const found = `${percent(ownOverlap)} of the top 10 stay, ${percent(otherOverlap)} are in another customer's (${whole(compared)} compared)`;
  const limit = `at least ${percent(limits.overlap)}, and more than with another customer`;
  if (compared < MEANINGFUL) {
    return {
      check: 'overlap',
      verdict: 'pass',
      found: `${whole(compared)} customers are too few`,
      limit,
      remedy: '',
    };
  }
  if (!changed && !mixedUp) return { check: 'overlap', verdict: 'pass', found, limit, remedy: '' };
  const remedy = mixedUp
    ? 'lists may stand under the wrong customers: compare ids of orders and customers (batch doctor) before anything else'
    : 'look at some lists of both snapshots; if so much change was meant, publish by force';
  // Another engine ranks otherwise; under the wrong customers nothing may go live from either.
  const verdict = engine !== live.engine && !mixedUp ? 'warn' : 'hold';
  return { check: 'overlap', verdict, found, limit, remedy };
}

type Words = Pick<GateCheck, 'found' | 'limit' | 'remedy'>;

function least(check: string, share: number, limit: number, words: Words): GateCheck {
  return share >= limit
    ? { check, verdict: 'pass', ...words, remedy: '' }
    : { check, verdict: 'hold', ...words };
}

function most(check: string, share: number, limit: number, words: Words): GateCheck {
  return share <= limit
    ? { check, verdict: 'pass', ...words, remedy: '' }
    : { check, verdict: 'hold', ...words };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share === 0 || share === 1 ? 0 : 1)} %`;
}

function whole(count: number): string {
  return count.toLocaleString('en-US');
}
