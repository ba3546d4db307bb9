import type { Suspect } from './notRecommendable.ts';
import { REJECT_REASONS, type RejectReason } from './rejectReason.ts';
import type { IngestSummary } from './summary.ts';

const SHOWN_SUSPECTS = 12;

/** The summary as lines for people; no personal data. */
export function describeIngest(summary: IngestSummary): string[] {
  const { lines, orders } = summary;
  return [
    `Order lines: ${n(lines.read)} read = ${n(lines.accepted)} accepted + ${n(lines.guest)} guest + ${n(lines.rejected)} rejected; ${n(lines.sales)} of them are sales to learn from.`,
    `Orders: ${n(orders.added)} new, ${n(orders.changed)} changed, ${n(orders.unchanged)} unchanged; ${n(orders.cancelled)} cancelled and ${n(orders.returned)} returned are kept, not learnt from.`,
    ...describeTable('Products', summary.products),
    ...describeTable('Customers', summary.customers),
    ...describeRejects(summary),
    ...describeSuspects(summary),
    ...summary.notes.map((note) => `Note: ${note}`),
    `Done in ${summary.seconds.toFixed(1)} s.`,
  ];
}

function describeTable(name: string, counts: IngestSummary['products']): string[] {
  const file = counts.read === 0 ? '' : ` (file: ${n(counts.read)} rows, ${n(counts.rejected)} rejected)`;
  return [`${name}: ${n(counts.added)} new, ${n(counts.changed)} changed${file}.`];
}

function describeRejects(summary: IngestSummary): string[] {
  const reasons = Object.entries(summary.rejectedByReason)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `  ${n(count)} × ${REJECT_REASONS[reason as RejectReason]}`);
  if (reasons.length === 0) return [];
  return [`Rejected${summary.rejectsFile === null ? '' : `, listed in ${summary.rejectsFile}`}:`, ...reasons];
}

function describeSuspects(summary: IngestSummary): string[] {
  if (summary.suspects.length === 0) return [];
  const listed = summary.suspects.filter((suspect) => suspect.listed);
  const open = summary.suspects.filter((suspect) => !suspect.listed);
  const changes = [
    summary.newlyListed > 0 ? `${n(summary.newlyListed)} listed just now` : '',
    summary.newlyUnlisted > 0 ? `${n(summary.newlyUnlisted)} taken off the list` : '',
  ].filter((change) => change !== '');
  return [
    `Not merchandise, never recommended: ${n(listed.length)}${changes.length === 0 ? '' : ` (${changes.join(', ')})`}.`,
    ...listed.slice(0, SHOWN_SUSPECTS).map(describeSuspect),
    ...more(listed.length),
    ...(open.length === 0 ? [] : [`Perhaps not merchandise, still recommended: ${n(open.length)}.`]),
    ...open.slice(0, SHOWN_SUSPECTS).map(describeSuspect),
    ...more(open.length),
    ...(summary.suspectsFile === null
      ? []
      : [
          `All of them are in ${summary.suspectsFile}: correct it ("yes" for a real product), then npm run batch -- ingest --orders FILE --not-recommendable ${summary.suspectsFile}.`,
        ]),
  ];
}

function describeSuspect(suspect: Suspect): string {
  return `  ${suspect.product_id} ${suspect.product_name.slice(0, 60)} (${n(suspect.lines)} lines): ${suspect.why}`;
}

function more(count: number): string[] {
  return count > SHOWN_SUSPECTS ? [`  … and ${n(count - SHOWN_SUSPECTS)} more`] : [];
}

function n(count: number): string {
  return count.toLocaleString('en-US');
}
