import type { Forgotten } from '../people/forgetErased.ts';
import type { MergeChanges } from './settleCustomers.ts';
import type { DoubleChanges } from './settleDoubles.ts';
import type { IdClashes } from './sourceIds.ts';

/** What was found out about who is who, as lines for people; no personal data. */
export function identityNotes({
  merges,
  doubles,
  clashes,
  forgotten,
}: {
  readonly merges: MergeChanges;
  readonly doubles: DoubleChanges;
  readonly clashes: IdClashes;
  readonly forgotten: Forgotten;
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
  if (clashes.customers > 0)
    notes.push(
      `${clashes.customers} customers bear an id that another source has for somebody else. Are they the same people? Then batch unload this source and load it again with same_customer_ids_as (--same-customer-ids-as at an ingest).`,
    );
  if (clashes.joined > 0)
    notes.push(
      `${clashes.joined} products bear the id of another source's and are one with it. Are they different things? Then batch unload this source and load it again with own_product_ids (--own-product-ids at an ingest).`,
    );
  if (clashes.products > 0)
    notes.push(`${clashes.products} products bear an id that another source has for something else.`);
  if (forgotten.byContact > 0)
    notes.push(
      `${forgotten.byContact} new ids bear an e-mail or phone of a person who was erased: their orders were left anonymous (docs/privacy.md; of who is a customer again: batch readmit).`,
    );
  if (forgotten.released > 0)
    notes.push(
      `${forgotten.released} e-mails or phones of erased people are a dummy or too many people's and keep nobody away any more: batch sync --full brings who was taken for them.`,
    );
  return notes;
}

/** @param unreadable phone numbers that tell nobody apart, as they could not be read */
export function phoneNotes(unreadable: number): string[] {
  if (unreadable === 0) return [];
  return [
    `${unreadable} phone numbers could not be read, so nobody is recognised by them: set PHONE_COUNTRY if they have no country code.`,
  ];
}
