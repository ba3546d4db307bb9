import type { Merged } from '../ingest/mergeStaged.ts';
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
  readonly orders: Changes & { unchanged: number; cancelled: number; returned: number; foreign: number };
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
    orders: { added: 0, changed: 0, unchanged: 0, cancelled: 0, returned: 0, foreign: 0 },
    products: { added: 0, changed: 0 },
    customers: { added: 0, changed: 0 },
    missing: 0,
    rejected: 0,
    rejectedByReason: {},
  };
}

export function addMerged(counts: SyncCounts, merged: Merged): void {
  const { orders, products, customers } = counts;
  orders.added += merged.orders.added;
  orders.changed += merged.orders.changed;
  orders.unchanged += merged.orders.unchanged;
  orders.cancelled += merged.orders.cancelled;
  orders.returned += merged.orders.returned;
  orders.foreign += merged.orders.foreign;
  products.added += merged.products.added;
  products.changed += merged.products.changed;
  customers.added += merged.customers.added;
  customers.changed += merged.customers.changed;
}

export function addRejects(counts: SyncCounts, rejects: readonly SourceReject[]): void {
  counts.rejected += rejects.length;
  for (const { reason } of rejects)
    counts.rejectedByReason[reason] = (counts.rejectedByReason[reason] ?? 0) + 1;
}
