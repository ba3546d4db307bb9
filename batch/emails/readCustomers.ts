import type { ClientBase } from 'pg';
import { z } from 'zod';
import { SnapshotLayout } from '../../shared/snapshot/layout.ts';
import { decodeUserRecord } from '../../shared/snapshot/userRecord.ts';
import { BatchError } from '../errors.ts';
import type { Customer } from './audience.ts';

export interface MailedCustomer extends Customer {
  /** As the source asked for calls them; null: it does not know them. */
  readonly id: string | null;
  /** Whether they agreed to be written to; null: no source says. */
  readonly consent: boolean | null;
  /** Item numbers bought since the snapshot was made. */
  readonly boughtSince: ReadonlySet<number>;
}

/** Customers read at once. */
const PAGE = 2000;

const Live = z.object({ snapshot_id: z.int(), layout: SnapshotLayout, data_until: z.date().nullable() });
const Row = z.object({
  customer_key: z.string(),
  record: z.instanceof(Buffer),
  id: z.string().nullable(),
  province: z.string().nullable(),
  city: z.string().nullable(),
  consent: z.boolean().nullable(),
  last_order: z.date().nullable(),
  bought_since: z.array(z.int()).nullable(),
});

const LIVE = `SELECT snapshot_id, layout, data_until FROM snapshots
              WHERE snapshot_id = (SELECT live_snapshot_id FROM live_pointer)`;
// The consent is asked for one customer at a time: a join would sort everyone's for each page.
const CUSTOMERS = `
  SELECT u.customer_key, u.record, c.province, c.city,
         (SELECT m.marketing_consent FROM customer_marketing_consent m
          WHERE m.unified_customer_id = c.unified_customer_id) AS consent,
         CASE WHEN $4::text IS NULL THEN c.unified_customer_id ELSE
           (SELECT min(a.source_id) FROM customer_alias a
            WHERE a.source = $4 AND a.unified_customer_id = c.unified_customer_id) END AS id,
         (SELECT max(o.ordered_at) FROM orders o
          WHERE o.unified_customer_id = c.unified_customer_id AND o.status = 'completed') AS last_order,
         (SELECT array_agg(DISTINCT i.item_number) FROM orders o JOIN order_items i USING (order_number)
          WHERE o.unified_customer_id = c.unified_customer_id AND o.status = 'completed' AND o.ordered_at > $3) AS bought_since
  FROM snapshot_users u
  JOIN customers c USING (customer_number)
  WHERE u.snapshot_id = $1 AND u.customer_key > $2
  ORDER BY u.customer_key LIMIT ${PAGE}`;

/**
 * Streams the customers of the live snapshot, a page in memory at a time.
 * @param source whose ids are wanted; null: the shop's own
 * Throws BatchError `nothing_live`.
 */
export async function* readCustomers(
  client: ClientBase,
  source: string | null,
): AsyncGenerator<MailedCustomer> {
  const found = await client.query(LIVE);
  if (found.rows.length === 0) throw nothingLive();
  const { snapshot_id, layout, data_until } = Live.parse(found.rows[0]);
  let after = (-(2n ** 63n)).toString();
  for (;;) {
    const { rows } = await client.query(CUSTOMERS, [snapshot_id, after, data_until ?? new Date(0), source]);
    for (const row of z.array(Row).parse(rows)) {
      after = row.customer_key;
      yield {
        id: row.id,
        consent: row.consent,
        province: row.province,
        city: row.city,
        lastOrderAt: row.last_order?.getTime() ?? null,
        boughtSince: new Set(row.bought_since),
        record: decodeUserRecord(row.record, layout),
      };
    }
    if (rows.length < PAGE) return;
  }
}

function nothingLive(): BatchError {
  return new BatchError({
    code: 'nothing_live',
    message: 'there are no recommendations yet to put into e-mails',
    remedy: 'make them first: batch run',
  });
}
