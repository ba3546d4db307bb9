import type { MergeChanges } from './settleCustomers.ts';
import type { DoubleChanges } from './settleDoubles.ts';

/** What was found out about who is who, as lines for people; no personal data. */
export function identityNotes({
  merges,
  doubles,
}: {
  readonly merges: MergeChanges;
  readonly doubles: DoubleChanges;
}): string[] {
  const notes: string[] = [];
  const { by_reference, by_lines, released } = doubles;
  if (by_reference + by_lines > 0)
    notes.push(
      `${by_reference + by_lines} orders are told by two sources and count once: ${by_reference} by their numbers, ${by_lines} by customer, day and goods.`,
    );
  if (released > 0) notes.push(`${released} orders match no other source's order any more and count again.`);
  if (merges.made > 0)
    notes.push(`${merges.made} customers are one with another, by e-mail or phone (batch identity merges).`);
  if (merges.ended > 0) notes.push(`${merges.ended} reasons why customers are one no longer hold.`);
  return notes;
}
