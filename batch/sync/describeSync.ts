import { BatchError } from '../errors.ts';
import { identityNotes } from '../identity/identityNotes.ts';
import { REJECT_REASONS, type RejectReason } from '../ingest/rejectReason.ts';
import type { SyncCounts } from './syncCounts.ts';
import type { SyncResult } from './syncSources.ts';

/** What a sync did, as lines for people; no personal data. */
export function describeSync(results: readonly SyncResult[]): string[] {
  return results.flatMap((result) => [
    'error' in result ? describeFailure(result.source, result.error) : describeCounts(result.source, result),
    ...('error' in result ? [] : describeRejects(result.counts)),
    ...('error' in result ? [] : identityNotes(result.counts).map((note) => `  note: ${note}`)),
    ...result.notes.map((note) => `  note: ${note}`),
  ]);
}

function describeCounts(
  source: string,
  { counts, seconds }: { counts: SyncCounts; seconds: number },
): string {
  const { orders, products, customers, missing } = counts;
  const parts = [
    `${n(orders.added)} orders new, ${n(orders.changed)} changed, ${n(orders.unchanged)} unchanged`,
    `products ${n(products.added)} new, ${n(products.changed)} changed${missing === 0 ? '' : `, ${n(missing)} gone`}`,
    `customers ${n(customers.added)} new, ${n(customers.changed)} changed`,
  ];
  return `${source}: ${parts.join('; ')} (${seconds.toFixed(1)} s).`;
}

function describeRejects({ rejectedByReason, rejected }: SyncCounts): string[] {
  if (rejected === 0) return [];
  const reasons = Object.entries(rejectedByReason)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `    ${n(count)} × ${REJECT_REASONS[reason as RejectReason]}`);
  return [`  ${n(rejected)} records could not be used (table sync_rejects):`, ...reasons];
}

function describeFailure(source: string, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return error instanceof BatchError
    ? `${source}: failed [${error.code}]: ${text}\n  what to do: ${error.remedy}`
    : `${source}: failed: ${text}`;
}

function n(count: number): string {
  return count.toLocaleString('en-US');
}
