import type pg from 'pg';
import { z } from 'zod';
import { DOUBLE_RULES, type Double, decideDoubles, type ToldOrder } from './decideDoubles.ts';

export const DoubleChanges = z.object({
  /** Orders found to be another source's order, by rule. */
  by_reference: z.int(),
  by_lines: z.int(),
  /** Orders that were one and count again. */
  released: z.int(),
});
export type DoubleChanges = z.infer<typeof DoubleChanges>;

const GATHER = `
  CREATE TEMP TABLE unsettled_orders (order_number integer PRIMARY KEY, round integer NOT NULL) ON COMMIT DROP`;

const BEGIN = `
  INSERT INTO unsettled_orders SELECT DISTINCT n, 0 FROM unnest($1::integer[]) AS n ON CONFLICT DO NOTHING`;

/** The order ids that a reference may mean, as idsNamedBy() has them. */
const IDS_NAMED = `ARRAY[n.reference, ltrim(n.reference, '#'), '#' || n.reference]`;

/** Every order that a rule, or an earlier decision, may pair with one of the last round. */
const GROW = `
  INSERT INTO unsettled_orders
  SELECT DISTINCT order_number, $1::integer FROM (
    WITH latest AS (SELECT o.* FROM unsettled_orders u JOIN orders o USING (order_number) WHERE u.round = $1 - 1)
    SELECT o.order_number FROM latest n JOIN orders o ON order_key(o.reference) = order_key(n.reference)
    UNION
    SELECT o.order_number FROM latest n JOIN orders o ON order_key(o.reference) = order_key(n.order_id)
    UNION
    SELECT o.order_number FROM latest n JOIN orders o ON o.order_id = ANY (${IDS_NAMED})
    UNION
    SELECT o.order_number FROM latest n JOIN orders o ON o.order_id = n.order_id
    UNION
    SELECT o.order_number FROM latest n JOIN orders o USING (unified_customer_id)
    WHERE date_trunc('day', o.ordered_at, 'UTC') = date_trunc('day', n.ordered_at, 'UTC')
    UNION
    SELECT d.counted_order_number FROM latest n JOIN order_doubles d USING (order_number)
    UNION
    SELECT d.order_number FROM latest n JOIN order_doubles d ON d.counted_order_number = n.order_number
  ) t
  ON CONFLICT DO NOTHING`;

/** What a rule may go by, of every unsettled order: wider than the rules, which look closer (decideDoubles). */
const KEYS = `
  CREATE TEMP TABLE told_keys ON COMMIT DROP AS
  WITH n AS (SELECT o.* FROM unsettled_orders JOIN orders o USING (order_number))
  SELECT order_number, source, 'id' AS kind, order_id AS key FROM n
  UNION ALL SELECT order_number, source, 'id', unnest(${IDS_NAMED}) FROM n WHERE reference IS NOT NULL
  UNION ALL SELECT order_number, source, 'reference', order_key(reference) FROM n WHERE reference IS NOT NULL
  UNION ALL SELECT order_number, source, 'day', date_trunc('day', ordered_at, 'UTC') || unified_customer_id FROM n
    WHERE unified_customer_id IS NOT NULL`;
/** Orders that share a key with another source's. All others, nearly all at a first load, need no look. */
const TOLD = `
  WITH shared AS (
    SELECT kind, key FROM told_keys GROUP BY kind, key HAVING min(source) <> max(source)
  ), alike AS (
    SELECT DISTINCT order_number FROM told_keys JOIN shared USING (kind, key)
  )
  SELECT o.order_number AS number, o.source, o.order_id, o.reference, order_key(o.reference) AS reference_key,
         o.unified_customer_id AS customer, extract(epoch FROM o.ordered_at)::float8 * 1000 AS ordered_at,
         coalesce(o.told_status, o.status) = 'completed' AS completed,
         extract(epoch FROM o.source_updated_at)::float8 * 1000 AS updated_at,
         coalesce((SELECT array_agg(i.item_number || ':' || i.quantity ORDER BY i.item_number, i.quantity)
                   FROM order_items i WHERE i.order_number = o.order_number), '{}') AS lines
  FROM alike JOIN orders o USING (order_number)`;

const ToldRow: z.ZodType<ToldOrder> = z.object({
  number: z.int(),
  source: z.string(),
  order_id: z.string(),
  reference: z.string().nullable(),
  reference_key: z.string().nullable(),
  customer: z.string().nullable(),
  ordered_at: z.number(),
  completed: z.boolean(),
  updated_at: z.number().nullable(),
  lines: z.array(z.string()),
});

const FOUND = `unnest($1::integer[], $2::integer[], $3::text[]) AS f (order_number, counted, rule)`;

const RELEASE = `
  WITH gone AS (
    DELETE FROM order_doubles d USING unsettled_orders u
    WHERE d.order_number = u.order_number AND NOT d.order_number = ANY ($1::integer[]) RETURNING d.order_number
  )
  UPDATE orders o SET status = told_status, told_status = NULL, updated_at = now()
  FROM gone WHERE o.order_number = gone.order_number`;

const KEEP = `
  UPDATE order_doubles d SET counted_order_number = f.counted, rule = f.rule, decided_at = now() FROM ${FOUND}
  WHERE d.order_number = f.order_number AND (d.counted_order_number, d.rule) <> (f.counted, f.rule)`;

const ADD = `
  WITH added AS (
    INSERT INTO order_doubles (order_number, counted_order_number, rule)
    SELECT f.order_number, f.counted, f.rule FROM ${FOUND}
    WHERE NOT EXISTS (SELECT FROM order_doubles d WHERE d.order_number = f.order_number)
    RETURNING order_number, rule
  ), set AS (
    UPDATE orders o SET told_status = status, status = 'double', updated_at = now()
    FROM added WHERE o.order_number = added.order_number
  )
  SELECT rule, count(*)::integer AS orders FROM added GROUP BY rule`;

/**
 * Decides anew which of the given orders, and of all that a rule may pair with them, are another source's order told
 * again: the same as if all orders were looked at. A double has the status `double`, which nothing counts.
 * @param source whose orders were touched; null: several sources'
 * @param touched numbers of orders that are new, or changed in customer, day, reference, status or lines
 */
export async function settleDoubles(
  client: pg.ClientBase,
  { source, touched }: { readonly source: string | null; readonly touched: readonly number[] },
): Promise<DoubleChanges> {
  if (touched.length === 0 || !(await hasOthers(client, source))) return NONE;
  await client.query(GATHER);
  await client.query(BEGIN, [touched]);
  for (let round = 1, grown = 1; grown > 0; round++) {
    await client.query('ANALYZE unsettled_orders');
    grown = (await client.query(GROW, [round])).rowCount ?? 0;
  }
  await client.query(KEYS);
  await client.query('ANALYZE told_keys');
  const told = (await client.query(TOLD)).rows.map((row) => ToldRow.parse(row));
  return await record(client, decideDoubles(told));
}

const NONE: DoubleChanges = { by_reference: 0, by_lines: 0, released: 0 };

/** Every source of orders has products; their index tells at once whether there is another source. */
async function hasOthers(client: pg.ClientBase, source: string | null): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT $1::text IS NULL OR EXISTS (SELECT FROM product_alias WHERE source < $1)
       OR EXISTS (SELECT FROM product_alias WHERE source > $1) AS others`,
    [source],
  );
  return z.object({ others: z.boolean() }).parse(rows[0]).others;
}

const Added = z.object({ rule: z.enum(DOUBLE_RULES), orders: z.int() });

async function record(client: pg.ClientBase, doubles: readonly Double[]): Promise<DoubleChanges> {
  const orders = doubles.map(({ order }) => order);
  const found = [orders, doubles.map(({ counted }) => counted), doubles.map(({ rule }) => rule)];
  const released = await client.query(RELEASE, [orders]);
  await client.query(KEEP, found);
  const added = (await client.query(ADD, found)).rows.map((row) => Added.parse(row));
  const by = (rule: Double['rule']) => added.find((row) => row.rule === rule)?.orders ?? 0;
  return { by_reference: by('reference'), by_lines: by('same_lines'), released: released.rowCount ?? 0 };
}
