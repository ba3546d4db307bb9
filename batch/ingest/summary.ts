import { identityNotes } from '../identity/identityNotes.ts';
import type { IngestInput } from './ingestInput.ts';
import type { MergeCounts } from './mergeProducts.ts';
import type { Merged } from './mergeStaged.ts';
import type { Suspect } from './notRecommendable.ts';
import type { RejectReason } from './rejectReason.ts';
import type { RowCounts } from './stageFile.ts';

/** What an ingest did. accepted + guest + rejected = read, for the lines of the orders file. */
export interface IngestSummary {
  readonly source: string;
  readonly lines: {
    readonly read: number;
    /** Of orders with a customer. */
    readonly accepted: number;
    /** Of orders without one. */
    readonly guest: number;
    readonly rejected: number;
    /** Of the loaded: bought, not cancelled or returned, of recommendable products. */
    readonly sales: number;
  };
  readonly orders: MergeCounts & {
    readonly unchanged: number;
    readonly cancelled: number;
    readonly returned: number;
    /** Of this input: another source's orders told again, which count once. */
    readonly doubles: number;
  };
  readonly products: MergeCounts & { readonly read: number; readonly rejected: number };
  readonly customers: MergeCounts & { readonly read: number; readonly rejected: number };
  /** Of all files together. */
  readonly rejectedByReason: Readonly<Partial<Record<RejectReason, number>>>;
  readonly rejectsFile: string | null;
  readonly suspects: readonly Suspect[];
  readonly newlyListed: number;
  readonly newlyUnlisted: number;
  readonly suspectsFile: string | null;
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** What came out of one ingest; its rows are those of the three files. */
export interface Loaded {
  readonly merged: Merged;
  readonly orderRows: RowCounts;
  readonly productRows: RowCounts;
  readonly customerRows: RowCounts;
  readonly notes: readonly string[];
}

export function summariseIngest(
  input: Loaded & { readonly request: IngestInput; readonly seconds: number },
): IngestSummary {
  const { merged, orderRows, productRows, customerRows, request } = input;
  const { orders, recommendable } = merged;
  return {
    source: request.source,
    lines: {
      read: orderRows.read,
      accepted: orders.accepted_lines,
      guest: orders.guest_lines,
      rejected: orderRows.rejected,
      sales: merged.sales.sales,
    },
    orders: {
      added: orders.added,
      changed: orders.changed,
      unchanged: orders.unchanged,
      cancelled: orders.cancelled,
      returned: orders.returned,
      doubles: merged.doubles.by_reference + merged.doubles.by_lines,
    },
    products: { ...merged.products, read: productRows.read, rejected: productRows.rejected },
    customers: { ...merged.customers, read: customerRows.read, rejected: customerRows.rejected },
    rejectedByReason: sumReasons([orderRows, productRows, customerRows]),
    rejectsFile: request.rejects,
    suspects: recommendable.suspects,
    newlyListed: recommendable.newlyListed,
    newlyUnlisted: recommendable.newlyUnlisted,
    suspectsFile: recommendable.suspects.length === 0 ? null : request.suspects,
    notes: [...input.notes, ...mergeNotes(merged)],
    seconds: input.seconds,
  };
}

function sumReasons(files: readonly RowCounts[]): Partial<Record<RejectReason, number>> {
  const sums: Partial<Record<RejectReason, number>> = {};
  for (const { byReason } of files) {
    for (const [reason, count] of byReason) sums[reason] = (sums[reason] ?? 0) + count;
  }
  return sums;
}

function mergeNotes({ orders, sales, recommendable, ...identity }: Merged): string[] {
  const notes: string[] = [];
  if (sales.free > 0) notes.push(`${sales.free} of the sales have no price: gifts, samples or corrections.`);
  if (orders.several_customers > 0) {
    notes.push(`${orders.several_customers} orders name more than one customer: the first by id was taken.`);
  }
  notes.push(...identityNotes(identity));
  if (recommendable.unknown.length > 0) {
    const some = recommendable.unknown.slice(0, 5).join(', ');
    notes.push(
      `${recommendable.unknown.length} ids of the not-recommendable list are no product here: ${some}.`,
    );
  }
  return notes;
}
