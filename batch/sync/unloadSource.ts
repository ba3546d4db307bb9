import type pg from 'pg';
import { z } from 'zod';
import { CHANGE_TABLES } from '../identity/contactChanges.ts';
import type { IdentityRules } from '../identity/identityRules.ts';
import { settleCustomers } from '../identity/settleCustomers.ts';
import { settleDoubles } from '../identity/settleDoubles.ts';
import { judgeContacts } from '../identity/sharedContacts.ts';
import { settlePlaces } from '../ingest/mergeCustomers.ts';
import { createStage } from '../ingest/stage.ts';

/** What one source has loaded. */
const LoadedRows = z.object({
  orders: z.int(),
  /** Ids by which the source calls them; products with their article numbers. */
  customer_ids: z.int(),
  product_ids: z.int(),
});
export type LoadedRows = z.infer<typeof LoadedRows>;

const COUNT = `
  SELECT (SELECT count(*)::integer FROM orders WHERE source = $1) AS orders,
         (SELECT count(*)::integer FROM customer_alias WHERE source = $1) AS customer_ids,
         (SELECT count(*)::integer FROM product_alias WHERE source = $1 AND variant_id = '') AS product_ids`;

export async function countLoaded(client: pg.ClientBase, source: string): Promise<LoadedRows> {
  return LoadedRows.parse((await client.query(COUNT, [source])).rows[0]);
}

/** Orders of other sources that were held against one of this source's. */
const PAIRED = `
  SELECT d.counted_order_number AS order_number FROM orders o JOIN order_doubles d USING (order_number) WHERE o.source = $1
  UNION
  SELECT d.order_number FROM orders o JOIN order_doubles d ON d.counted_order_number = o.order_number WHERE o.source = $1`;

/** Whom the source knows, and with them everybody who is one with one of them. */
const NOTE = [
  `CREATE TEMP TABLE unloaded_customers ON COMMIT DROP AS
     SELECT DISTINCT coalesce(merged_from, unified_customer_id) AS customer_id FROM customer_alias WHERE source = $1`,
  `CREATE TEMP TABLE unloaded_products ON COMMIT DROP AS
     SELECT DISTINCT product_id FROM product_alias WHERE source = $1`,
  `INSERT INTO changed_contacts
     SELECT DISTINCT coalesce(a.merged_from, a.unified_customer_id) FROM customer_alias a
     WHERE a.unified_customer_id IN (SELECT unified_customer_id FROM customer_alias WHERE source = $1)`,
  `INSERT INTO noted_values
     SELECT DISTINCT h.kind, h.value_hash FROM customer_alias a
     CROSS JOIN LATERAL (VALUES ('email', a.email_hash), ('phone', a.phone_hash)) AS h (kind, value_hash)
     WHERE a.source = $1 AND h.value_hash IS NOT NULL`,
];

const REMOVE = [
  'DELETE FROM order_doubles d USING orders o WHERE o.source = $1 AND o.order_number = d.order_number',
  'DELETE FROM order_items i USING orders o WHERE o.source = $1 AND o.order_number = i.order_number',
  'DELETE FROM orders WHERE source = $1',
  'DELETE FROM customer_alias WHERE source = $1',
  'DELETE FROM product_alias WHERE source = $1',
  'DELETE FROM sync_rejects WHERE source = $1',
  'DELETE FROM sync_state WHERE source = $1',
  'DELETE FROM source_ids WHERE source = $1',
];

/**
 * Whom and what no source knows any more. Products keep their row: snapshots name them by its number. Sets, not
 * look-ups one by one: these would wade through the rows just deleted. And EXCEPT, not NOT IN: of millions of
 * customers, more than fit into memory, that would seek each in all of the others.
 */
const REMOVE_UNKNOWN = [
  `DELETE FROM customers WHERE unified_customer_id IN (
     SELECT customer_id FROM unloaded_customers
     EXCEPT SELECT coalesce(merged_from, unified_customer_id) FROM customer_alias)`,
  `DELETE FROM shared_contacts s USING noted_values n
     WHERE s.kind = n.kind AND s.value_hash = n.value_hash AND n.value_hash IN (
       SELECT value_hash FROM noted_values
       EXCEPT SELECT email_hash FROM customer_alias EXCEPT SELECT phone_hash FROM customer_alias)`,
  `UPDATE products SET available = false, updated_at = now() WHERE product_id IN (
     SELECT product_id FROM unloaded_products EXCEPT SELECT product_id FROM product_alias)`,
];
/**
 * Takes out what a source has loaded, in the caller's ingest transaction: who is who, and which orders count, is then
 * as if it had never been loaded. Names, prices and addresses it told of what others know as well stay until these say
 * otherwise; so does who was erased.
 */
export async function unloadSource(
  client: pg.ClientBase,
  source: string,
  rules: Pick<IdentityRules, 'contacts' | 'sharedLimit'>,
): Promise<void> {
  const paired = z
    .array(z.object({ order_number: z.int() }))
    .parse((await client.query(PAIRED, [source])).rows);
  // Nothing is staged; the steps below look at what was.
  await createStage(client, rules.contacts);
  await client.query(CHANGE_TABLES);
  for (const sql of [...NOTE, ...REMOVE]) await client.query(sql, [source]);
  await client.query('ANALYZE changed_contacts, noted_values, unloaded_customers, unloaded_products');
  await judgeContacts(client, rules.sharedLimit);
  const { movedOrders } = await settleCustomers(client);
  await client.query(`
    CREATE TEMP TABLE customer_refs ON COMMIT DROP AS
      SELECT customer_id AS unified_customer_id, customer_id, false AS is_new FROM unloaded_customers;
    CREATE TEMP TABLE incoming_customers (customer_id text, is_new boolean) ON COMMIT DROP`);
  await settlePlaces(client);
  const touched = [...paired.map(({ order_number }) => order_number), ...movedOrders];
  await settleDoubles(client, { source: null, touched });
  for (const sql of REMOVE_UNKNOWN) await client.query(sql);
}
