import type { ClientBase } from 'pg';
import type { Person } from './findPerson.ts';

/** By name, in this order: a statement on the ids of the members ($1) or, for results, on their numbers ($2). */
const REMOVALS: Readonly<Record<string, string>> = {
  // An empty hash: the next sync writes the order again, as it is to be now.
  orders_made_anonymous: `
    UPDATE orders SET unified_customer_id = NULL, source_customer_id = NULL, province = NULL, city = NULL,
                      content_hash = '', updated_at = now()
    WHERE unified_customer_id = ANY($1)`,
  events: 'DELETE FROM events WHERE unified_customer_id = ANY($1)',
  merges: 'DELETE FROM customer_merges WHERE from_id = ANY($1) OR into_id = ANY($1)',
  rejects: `
    DELETE FROM sync_rejects r USING customer_alias a
    WHERE a.unified_customer_id = ANY($1) AND r.source = a.source
      AND (r.record = a.source_id OR position(a.source_id IN r.excerpt) > 0)`,
  aliases: 'DELETE FROM customer_alias WHERE unified_customer_id = ANY($1)',
  results: 'DELETE FROM snapshot_users WHERE customer_number = ANY($2) AND $1::text[] IS NOT NULL',
  customers: 'DELETE FROM customers WHERE unified_customer_id = ANY($1)',
};

/** Takes a person out of every table; their orders stay as anonymous sales. @returns rows by table */
export async function removeRows(client: ClientBase, { members }: Person): Promise<Record<string, number>> {
  const ids = members.map(({ unified_customer_id: id }) => id);
  const numbers = members.map(({ customer_number: number }) => number);
  const removed: Record<string, number> = {};
  for (const [what, sql] of Object.entries(REMOVALS)) {
    const { rowCount } = await client.query(sql, sql.includes('$2') ? [ids, numbers] : [ids]);
    removed[what] = rowCount ?? 0;
  }
  return removed;
}
