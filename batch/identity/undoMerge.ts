import type pg from 'pg';
import { z } from 'zod';
import { BatchError } from '../errors.ts';
import { settlePlaces } from '../ingest/mergeCustomers.ts';
import { CHANGE_TABLES } from './contactChanges.ts';
import { CONTACT_KINDS } from './contactReader.ts';
import { settleCustomers } from './settleCustomers.ts';
import { settleDoubles } from './settleDoubles.ts';

const MergeRow = z.object({
  merge_id: z.coerce.number(),
  kind: z.enum(CONTACT_KINDS),
  /** The first bytes of the contact's hash: the same for the same contact. */
  value: z.string(),
  from_id: z.string(),
  into_id: z.string(),
  merged_at: z.date(),
  ended_at: z.date().nullable(),
  ended_why: z.string().nullable(),
});
/** Why two customers are, or were, one. */
export type MergeRow = z.infer<typeof MergeRow>;

/** The latest reasons first; of one customer, when an id is given. */
export async function listMerges(
  client: pg.ClientBase,
  { customer, limit }: { readonly customer: string | null; readonly limit: number },
): Promise<MergeRow[]> {
  const { rows } = await client.query(
    `SELECT merge_id, kind, encode(substr(value_hash, 1, 4), 'hex') AS value, from_id, into_id, merged_at, ended_at, ended_why
     FROM customer_merges WHERE $1::text IS NULL OR $1 IN (from_id, into_id) ORDER BY merge_id DESC LIMIT $2`,
    [customer, limit],
  );
  return rows.map((row) => MergeRow.parse(row));
}

/** What a merge leaves for the steps after it, when nothing was staged. */
const NOTHING_STAGED = `
  CREATE TEMP TABLE customer_refs (unified_customer_id text, customer_id text, is_new boolean) ON COMMIT DROP;
  CREATE TEMP TABLE incoming_customers (customer_id text, is_new boolean) ON COMMIT DROP;`;

/**
 * Takes two customers apart who were one for a reason that does not hold, in the caller's ingest transaction. The same
 * rule never makes this pair one again, neither by itself nor through others; another rule may.
 * @throws BatchError merge_unknown
 */
export async function undoMerge(client: pg.ClientBase, mergeId: number): Promise<MergeRow> {
  const { rows } = await client.query(
    `UPDATE customer_merges SET ended_at = coalesce(ended_at, now()), ended_why = 'undone' WHERE merge_id = $1
     RETURNING merge_id, kind, encode(substr(value_hash, 1, 4), 'hex') AS value, from_id, into_id, merged_at, ended_at, ended_why`,
    [mergeId],
  );
  if (rows.length === 0)
    throw new BatchError({
      code: 'merge_unknown',
      message: `There is no merge ${mergeId}.`,
      remedy: 'batch identity merges lists them, with their numbers',
    });
  const merge = MergeRow.parse(rows[0]);
  await client.query(CHANGE_TABLES);
  await client.query(NOTHING_STAGED);
  await client.query('INSERT INTO changed_contacts VALUES ($1), ($2)', [merge.from_id, merge.into_id]);
  const { movedOrders } = await settleCustomers(client);
  await settlePlaces(client);
  await settleDoubles(client, { source: null, touched: movedOrders });
  return merge;
}
