import type pg from 'pg';
import { z } from 'zod';

/** What became of the staged orders and lines. */
export const OrderCounts = z.object({
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  cancelled: z.int(),
  returned: z.int(),
  /** Lines of orders with a customer, and of guest orders. */
  accepted_lines: z.int(),
  guest_lines: z.int(),
  /** Orders whose lines name more than one customer: the first by id was taken. */
  several_customers: z.int(),
});
export type OrderCounts = z.infer<typeof OrderCounts>;

const GATHER = `
  CREATE TEMP TABLE incoming_orders (
    order_ref integer GENERATED ALWAYS AS IDENTITY, order_id text, source_customer_id text, customers integer,
    ordered_at timestamptz, province text, city text, reference text, updated_at timestamptz
  ) ON COMMIT DROP;
  CREATE TEMP TABLE incoming_lines (
    order_ref integer, line_number integer, item_number integer, quantity integer, price numeric(12, 2),
    status smallint
  ) ON COMMIT DROP;
  CREATE TEMP TABLE decided_orders (
    order_ref integer, order_id text, source_customer_id text, unified_customer_id text, ordered_at timestamptz,
    status text, province text, city text, reference text, updated_at timestamptz, content_hash bytea, lines integer,
    decision text
  ) ON COMMIT DROP;`;

/** An order's particulars from all its lines, wherever they stood: its time is that of its first line. */
const ORDERS = `
  INSERT INTO incoming_orders (order_id, source_customer_id, customers, ordered_at, province, city, reference, updated_at)
  SELECT s.order_id, min(s.customer_id), count(DISTINCT r.unified_customer_id), min(s.ordered_at),
         max(s.province), max(s.city), max(nullif(btrim(s.reference), '')), max(s.updated_at)
  FROM staged_orders s LEFT JOIN customer_refs r ON r.source_id = s.customer_id
  GROUP BY s.order_id
  ORDER BY min(s.ordered_at), s.order_id COLLATE "C"`;

/**
 * Small numbers instead of long ids, and sorted once: a shuffled file gives the same lines, and later
 * sorts of the two million find them in order.
 */
const LINES = `
  INSERT INTO incoming_lines
  SELECT order_ref,
         row_number() OVER (PARTITION BY order_ref ORDER BY item_number, price, quantity, status),
         item_number, quantity, price, status
  FROM (
    SELECT o.order_ref, p.item_number, s.quantity, coalesce(s.price, p.price, 0) AS price, s.status
    FROM staged_lines s
    JOIN incoming_orders o USING (order_id)
    JOIN product_refs r ON r.source_id = s.product_id
    JOIN products p ON p.product_id = r.product_id
  ) l`;

/**
 * The hash covers all that is stored of an order as its source tells it. An order is cancelled or returned when all
 * its lines are. What its source told before it told what is known is passed over.
 */
const DECIDE = `
  INSERT INTO decided_orders
  SELECT n.*, CASE
      WHEN o.order_id IS NULL THEN 'added'
      WHEN o.content_hash = n.content_hash OR n.updated_at < o.source_updated_at THEN 'unchanged'
      ELSE 'changed' END
  FROM (
    SELECT i.order_ref, i.order_id, i.source_customer_id, r.unified_customer_id, i.ordered_at, l.status, i.province, i.city,
           i.reference, i.updated_at,
           sha256(convert_to(concat_ws(E'\\x1f', coalesce(i.source_customer_id, ''),
             extract(epoch FROM i.ordered_at), l.status, coalesce(i.province, ''), coalesce(i.city, ''), l.content,
             i.reference), 'UTF8')) AS content_hash,
           l.lines
    FROM incoming_orders i
    JOIN (
      SELECT order_ref, count(*)::integer AS lines,
             CASE WHEN bool_or(status = 0) THEN 'completed' WHEN bool_or(status = 2) THEN 'returned' ELSE 'cancelled' END AS status,
             string_agg(item_number || ':' || quantity || ':' || price || ':' || status, ',' ORDER BY line_number) AS content
      FROM incoming_lines GROUP BY order_ref
    ) l USING (order_ref)
    LEFT JOIN customer_refs r ON r.source_id = i.source_customer_id
  ) n
  LEFT JOIN orders o ON o.order_id = n.order_id AND o.source = $1`;

const DELETE_FORMER_LINES = `
  DELETE FROM order_items i
  USING orders o JOIN decided_orders d USING (order_id)
  WHERE i.order_number = o.order_number AND o.source = $1 AND d.decision = 'changed'`;

/** A double stays one until settleDoubles looks at it. */
const UPDATE_CHANGED = `
  UPDATE orders o
  SET source_customer_id = d.source_customer_id, unified_customer_id = d.unified_customer_id, ordered_at = d.ordered_at,
      status = CASE WHEN o.status = 'double' THEN o.status ELSE d.status END,
      told_status = CASE WHEN o.status = 'double' THEN d.status END,
      province = d.province, city = d.city, reference = d.reference, source_updated_at = d.updated_at,
      content_hash = d.content_hash, updated_at = now()
  FROM decided_orders d
  WHERE o.order_id = d.order_id AND o.source = $1 AND d.decision = 'changed'
  RETURNING o.order_number`;

/** What its source calls changed though nothing of it is: its word is the later one all the same. */
const TOUCH_UNCHANGED = `
  UPDATE orders o SET source_updated_at = d.updated_at
  FROM decided_orders d
  WHERE o.order_id = d.order_id AND o.source = $1 AND d.decision = 'unchanged'
    AND d.updated_at > coalesce(o.source_updated_at, '-infinity')
  RETURNING o.order_number`;

const INSERT_NEW = `
  INSERT INTO orders (order_id, source, source_customer_id, unified_customer_id, ordered_at, status, province, city,
                      reference, source_updated_at, content_hash)
  SELECT order_id, $1, source_customer_id, unified_customer_id, ordered_at, status, province, city,
         reference, updated_at, content_hash
  FROM decided_orders WHERE decision = 'added'
  ORDER BY order_ref
  RETURNING order_number`;

/** Within a completed order, a line marked cancelled or returned counts as goods that came back. */
const INSERT_LINES = `
  INSERT INTO order_items (order_number, line_number, item_number, quantity, price)
  SELECT o.order_number, l.line_number, l.item_number,
         CASE WHEN d.status = 'completed' AND l.status <> 0 THEN -abs(l.quantity) ELSE l.quantity END,
         l.price
  FROM decided_orders d
  JOIN orders o ON o.order_id = d.order_id AND o.source = $1
  JOIN incoming_lines l USING (order_ref)
  WHERE d.decision IN ('added', 'changed')
  ORDER BY o.order_number, l.line_number`;

const COUNT = `
  SELECT count(*) FILTER (WHERE decision = 'added')::integer AS added,
         count(*) FILTER (WHERE decision = 'changed')::integer AS changed,
         count(*) FILTER (WHERE decision = 'unchanged')::integer AS unchanged,
         count(*) FILTER (WHERE status = 'cancelled')::integer AS cancelled,
         count(*) FILTER (WHERE status = 'returned')::integer AS returned,
         coalesce(sum(lines) FILTER (WHERE unified_customer_id IS NOT NULL), 0)::integer AS accepted_lines,
         coalesce(sum(lines) FILTER (WHERE unified_customer_id IS NULL), 0)::integer AS guest_lines,
         (SELECT count(*)::integer FROM incoming_orders WHERE customers > 1) AS several_customers
  FROM decided_orders`;

export interface MergedOrders {
  readonly counts: OrderCounts;
  /** Numbers of the orders that are new, changed, or whose source has spoken again. */
  readonly touched: readonly number[];
}

/**
 * Adds new orders and replaces those whose content has changed, each with its lines; the others are not
 * touched. An order is known by its source and id. Needs product_refs and customer_refs; leaves decided_orders behind.
 */
export async function mergeOrders(client: pg.ClientBase, source: string): Promise<MergedOrders> {
  await client.query(GATHER);
  await client.query(ORDERS);
  await client.query('ANALYZE incoming_orders');
  await client.query(LINES);
  await client.query('ANALYZE incoming_lines');
  await client.query(DECIDE, [source]);
  await client.query('ANALYZE decided_orders');
  await client.query(DELETE_FORMER_LINES, [source]);
  const touched: number[] = [];
  for (const statement of [UPDATE_CHANGED, TOUCH_UNCHANGED, INSERT_NEW]) {
    const { rows } = await client.query(statement, [source]);
    for (const row of rows) touched.push(Touched.parse(row).order_number);
  }
  await client.query(INSERT_LINES, [source]);
  const { rows } = await client.query(COUNT);
  return { counts: OrderCounts.parse(rows[0]), touched };
}

const Touched = z.object({ order_number: z.int() });
