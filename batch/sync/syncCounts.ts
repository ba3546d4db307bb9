import type { RejectReason } from '../ingest/rejectReason.ts';
import type { SourceReject } from '../sources/source.ts';

interface Changes {
  added: number;
  changed: number;
}

/** What one sync of one source did. */
export interface SyncCounts {
  /** Records read: products, customers, order lines. */
  records: number;
  readonly orders: Changes & { unchanged: number; cancelled: number; returned: number };
  readonly doubles: { by_reference: number; by_lines: number; released: number };
  readonly merges: { made: number; ended: number };
  readonly clashes: { customers: number; products: number; joined: number };
  readonly forgotten: { byContact: number; released: number };
  readonly products: Changes;
  readonly customers: Changes;
  /** Products that the source no longer has. */
  missing: number;
  rejected: number;
  readonly rejectedByReason: Partial<Record<RejectReason, number>>;
}

export function noCounts(): SyncCounts {
  return {
    records: 0,
    orders: { added: 0, changed: 0, unchanged: 0, cancelled: 0, returned: 0 },
    doubles: { by_reference: 0, by_lines: 0, released: 0 },
    merges: { made: 0, ended: 0 },
    clashes: { customers: 0, products: 0, joined: 0 },
    forgotten: { byContact: 0, released: 0 },
    products: { added: 0, changed: 0 },
    customers: { added: 0, changed: 0 },
    missing: 0,
    rejected: 0,
    rejectedByReason: {},
  };
}

type Merges = Pick<
  SyncCounts,
  'orders' | 'products' | 'customers' | 'doubles' | 'merges' | 'clashes' | 'forgotten'
>;

export function addMerged(counts: SyncCounts, merged: Merges): void {
  const { orders, products, customers, doubles, merges, clashes, forgotten } = counts;
  orders.added += merged.orders.added;
  orders.changed += merged.orders.changed;
  orders.unchanged += merged.orders.unchanged;
  orders.cancelled += merged.orders.cancelled;
  orders.returned += merged.orders.returned;
  products.added += merged.products.added;
  products.changed += merged.products.changed;
  customers.added += merged.customers.added;
  customers.changed += merged.customers.changed;
  doubles.by_reference += merged.doubles.by_reference;
  doubles.by_lines += merged.doubles.by_lines;
  doubles.released += merged.doubles.released;
  merges.made += merged.merges.made;
  merges.ended += merged.merges.ended;
  clashes.customers += merged.clashes.customers;
  clashes.products += merged.clashes.products;
  clashes.joined += merged.clashes.joined;
  forgotten.byContact += merged.forgotten.byContact;
  forgotten.released += merged.forgotten.released;
}

export function addRejects(counts: SyncCounts, rejects: readonly SourceReject[]): void {
  for (const { first, reason } of rejects) {
    if (!first) continue;
    counts.rejected++;
    counts.rejectedByReason[reason] = (counts.rejectedByReason[reason] ?? 0) + 1;
  }
}

/** Adds what one transaction did. */
export function addCounts(total: SyncCounts, unit: SyncCounts): void {
  total.records += unit.records;
  total.missing += unit.missing;
  total.rejected += unit.rejected;
  for (const [reason, count] of Object.entries(unit.rejectedByReason) as [RejectReason, number][])
    total.rejectedByReason[reason] = (total.rejectedByReason[reason] ?? 0) + count;
  addMerged(total, unit);
}
