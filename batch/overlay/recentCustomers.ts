import type { ClientBase } from 'pg';
import { z } from 'zod';
import { aliasText } from '../../shared/identity/alias.ts';
import type { CustomerKeyer } from '../../shared/identity/customerKey.ts';
import { RECENT_ITEMS, type RecentCustomer } from '../../shared/overlay/recent.ts';
import type { Bounded } from './availabilityChanges.ts';

/** A customer takes 60 bytes under each of their ids: 3 MB, which every isolate holds once or twice. */
const MOST_RECENT = 50_000;

export interface KnownOrders {
  /** Newest order the snapshot knows by number; null: it did not note it. */
  readonly lastOrder: number | null;
  readonly dataUntil: Date | null;
  readonly createdAt: Date;
}

/**
 * Customers with sales the snapshot lacks: loaded since, whatever their date, or dated later. The latest
 * buyers come first; of each the latest products, and every id that the snapshot's readers cannot resolve: merged
 * into this customer, or given by a system since (a day earlier, as an id is as old as the transaction that brought it).
 */
const RECENT = `
  WITH buyers AS (
    SELECT unified_customer_id, max(ordered_at) AS latest
    FROM orders
    WHERE (order_number > $1 OR ordered_at > $2) AND status = 'completed' AND unified_customer_id IS NOT NULL
    GROUP BY unified_customer_id
  ), kept AS (
    SELECT b.*, count(*) OVER () AS buyers FROM buyers b
    ORDER BY latest DESC, unified_customer_id COLLATE "C" LIMIT $4
  )
  SELECT k.unified_customer_id AS id, k.buyers::integer, bought.items, coalesce(names.aliases, '[]') AS aliases
  FROM kept k
  CROSS JOIN LATERAL (
    SELECT array_agg(t.item_number ORDER BY t.latest DESC, t.item_number) AS items
    FROM (
      SELECT i.item_number, max(o.ordered_at) AS latest
      FROM orders o JOIN order_items i USING (order_number) JOIN products p USING (item_number)
      WHERE o.unified_customer_id = k.unified_customer_id AND (o.order_number > $1 OR o.ordered_at > $2)
        AND o.status = 'completed' AND i.quantity > 0 AND i.price >= 0 AND p.recommendable
      GROUP BY i.item_number
      ORDER BY latest DESC, i.item_number LIMIT ${RECENT_ITEMS}
    ) t
  ) bought
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(n.source, n.id)) AS aliases
    FROM (
      SELECT a.source, a.source_id AS id FROM customer_alias a
      WHERE a.unified_customer_id = k.unified_customer_id AND a.created_at > $3::timestamptz - interval '1 day'
      UNION ALL SELECT NULL, m.unified_customer_id FROM customers m WHERE m.merged_into = k.unified_customer_id
    ) n
  ) names ON true
  WHERE bought.items IS NOT NULL
  ORDER BY k.latest DESC, k.unified_customer_id COLLATE "C"`;

const Row = z.object({
  id: z.string(),
  buyers: z.int(),
  items: z.array(z.int()),
  aliases: z.array(z.tuple([z.string().nullable(), z.string()])),
});

/** @param most records in the document; a customer has one under each id */
export async function readRecentCustomers(
  client: ClientBase,
  { lastOrder, dataUntil, createdAt }: KnownOrders,
  { keyOf, most = MOST_RECENT }: { readonly keyOf: CustomerKeyer; readonly most?: number },
): Promise<Bounded<RecentCustomer>> {
  const { rows } = await client.query(RECENT, [lastOrder, dataUntil, createdAt, most]);
  const customers = new Map<string, RecentCustomer>();
  let leftOut = 0;
  for (const row of rows) {
    const { id, buyers, items, aliases } = Row.parse(row);
    if (customers.size === 0) leftOut = Math.max(0, buyers - most);
    const others = aliases.map(([source, other]) => (source === null ? other : aliasText(source, other)));
    const keys = [id, ...others].map(keyOf);
    if (customers.size + keys.length > most) leftOut++;
    else for (const key of keys) customers.set(`${key.high}/${key.low}`, { key, items });
  }
  return { kept: [...customers.values()], leftOut };
}
