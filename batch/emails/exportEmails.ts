import type { ClientBase } from 'pg';
import { RulesDocument } from '../../shared/rules/rulesDocument.ts';
import { BatchError } from '../errors.ts';
import type { StepProgress } from '../progress.ts';
import { type AudienceRequest, createFit, type Fit } from './audience.ts';
import { createEmailItems } from './emailItems.ts';
import { type MailedCustomer, readCustomers } from './readCustomers.ts';
import { type EmailProduct, readShopProducts } from './shopProducts.ts';

export interface EmailExport extends Omit<AudienceRequest, 'product'> {
  readonly productId: string | null;
  /** Whose ids of customers are wanted; null: the shop's own. */
  readonly source: string | null;
  /** Products in an e-mail. */
  readonly items: number;
  /** Customers at most, the likeliest first chosen; null: all. */
  readonly limit: number | null;
  /** `given`: only who agreed; `not_refused`: also those of whom no source says anything. */
  readonly consent: 'given' | 'not_refused';
}

export interface EmailRow {
  readonly customer_id: string;
  readonly items: readonly EmailProduct[];
}

/** Filled while rows are read. */
export interface EmailTally {
  exported: number;
  /** Fitted, but did not agree to be written to. */
  without_consent: number;
  /** Fitted, but the source does not know them. */
  without_id: number;
  /** Fitted, but nothing is left to recommend. */
  without_items: number;
  /** Fitted less than the others, beyond the limit. */
  beyond_limit: number;
}

export const newEmailTally = (): EmailTally => ({
  exported: 0,
  without_consent: 0,
  without_id: 0,
  without_items: 0,
  beyond_limit: 0,
});

interface ExportTools {
  readonly tally: EmailTally;
  readonly now: number;
  readonly progress: StepProgress;
}

/**
 * The rows of an export, one customer at a time. With a limit the customers are read twice: first to see how well
 * the last one chosen must fit.
 * @param client in a repeatable-read transaction
 * Throws BatchError `unknown_product`, `nothing_live`.
 */
export async function* exportEmails(
  client: ClientBase,
  request: EmailExport,
  { tally, now, progress }: ExportTools,
): AsyncGenerator<EmailRow> {
  const products = await readShopProducts(client);
  const product = request.productId === null ? null : products.numberOf(request.productId);
  if (request.productId !== null && product === null) throw unknownProduct(request.productId);
  const fitOf = createFit({ ...request, product }, products, now);
  const rules = RulesDocument.parse((await client.query('SELECT rules_document() AS rules')).rows[0]?.rules);
  const itemsOf = createEmailItems({ products, rules, count: request.items, now });
  const worst = request.limit === null ? null : await worstChosen(client, request, fitOf, request.limit);
  let read = 0;
  for await (const customer of readCustomers(client, request.source)) {
    progress.update({ done: ++read, unit: 'customers' });
    const strength = fitOf(customer);
    if (strength === null || !mayBeMailed(customer, request, tally)) continue;
    if (worst !== null && (strength < worst || tally.exported === request.limit)) {
      tally.beyond_limit++;
      continue;
    }
    const items = itemsOf(customer);
    if (items.length === 0) {
      tally.without_items++;
      continue;
    }
    tally.exported++;
    yield { customer_id: customer.id, items };
  }
}

function mayBeMailed(
  customer: MailedCustomer,
  { consent }: EmailExport,
  tally: EmailTally | null,
): customer is MailedCustomer & { id: string } {
  if (customer.consent !== true && (consent === 'given' || customer.consent === false)) {
    if (tally !== null) tally.without_consent++;
    return false;
  }
  if (customer.id !== null) return true;
  if (tally !== null) tally.without_id++;
  return false;
}

/** The fitOf of the last customer within the limit; anything when there are fewer. 8 bytes a customer who fits. */
async function worstChosen(
  client: ClientBase,
  request: EmailExport,
  fitOf: Fit,
  limit: number,
): Promise<number> {
  const strengths: number[] = [];
  for await (const customer of readCustomers(client, request.source)) {
    const strength = fitOf(customer);
    if (strength !== null && mayBeMailed(customer, request, null)) strengths.push(strength);
  }
  const sorted = Float64Array.from(strengths).sort();
  return sorted[sorted.length - limit] ?? Number.NEGATIVE_INFINITY;
}

function unknownProduct(id: string): BatchError {
  return new BatchError({
    code: 'unknown_product',
    message: `no product that can be bought now has the id ${id}`,
    remedy: 'check --likely-product: it takes the shop’s own id of a product that is available',
  });
}
