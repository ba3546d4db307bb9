import type pg from 'pg';
import { z } from 'zod';

/** What became of the staged orders and lines. */
export const OrderCounts = z.object({
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  /** Of another source, with other content: left alone, their lines rejected. */
  foreign: z.int(),
  cancelled: z.int(),
  returned: z.int(),
  /** Lines of orders with a customer, of guest orders, and of foreign orders. */
  accepted_lines: z.int(),
  guest_lines: z.int(),
  foreign_lines: z.int(),
  /** Orders whose lines name more than one customer: the first by id was taken. */
  several_customers: z.int(),
});
export type OrderCounts = z.infer<typeof OrderCounts>;

const GATHER = `
  CREATE TEMP TABLE incoming_orders (
    order_ref integer GENERATED ALWAYS AS IDENTITY, order_id text, unified_customer_id text, customers integer,
    ordered_at timestamptz, province text, city text
  ) ON COMMIT DROP;
  CREATE TEMP TABLE incoming_lines (
    order_ref integer, line_number integer, item_number integer, quantity integer, price numeric(12, 2),
    status smallint
  ) ON COMMIT DROP;
  CREATE TEMP TABLE decided_orders (
    order_ref integer, order_id text, unified_customer_id text, ordered_at timestamptz, status text,
    province text, city text, content_hash bytea, lines integer, decision text
  ) ON COMMIT DROP;`;

/** An order's particulars from all its lines, wherever they stood: its time is that of its first line. */
const ORDERS = `
  INSERT INTO incoming_orders (order_id, unified_customer_id, customers, ordered_at, province, city)
  SELECT s.order_id, min(r.unified_customer_id), count(DISTINCT r.unified_customer_id), min(s.ordered_at),
         max(s.province), max(s.city)
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
 * The hash covers all that is stored of an order. An order is cancelled or returned when all its lines are.
 */
const DECIDE = `
  INSERT INTO decided_orders
  SELECT n.*, CASE
      WHEN o.order_id IS NULL THEN 'added'
      WHEN o.content_hash = n.content_hash THEN 'unchanged'
      WHEN o.source <> $1 THEN 'foreign'
      ELSE 'changed' END
  FROM (
    SELECT i.order_ref, i.order_id, i.unified_customer_id, i.ordered_at, l.status, i.province, i.city,
           sha256(convert_to(concat_ws(E'\\x1f', coalesce(i.unified_customer_id, ''),
             extract(epoch FROM i.ordered_at), l.status, coalesce(i.province, ''), coalesce(i.city, ''), l.content), 'UTF8')) AS content_hash,
           l.lines
    FROM incoming_orders i
    JOIN (
      SELECT order_ref, count(*)::integer AS lines,
             CASE WHEN bool_or(status = 0) THEN 'completed' WHEN bool_or(status = 2) THEN 'returned' ELSE 'cancelled' END AS status,
             string_agg(item_number || ':' || quantity || ':' || price || ':' || status, ',' ORDER BY line_number) AS content
      FROM incoming_lines GROUP BY order_ref
    ) l USING (order_ref)
  ) n
  LEFT JOIN orders o USING (order_id)`;

const DELETE_FORMER_LINES = `
  DELETE FROM order_items i
  USING orders o JOIN decided_orders d USING (order_id)
  WHERE i.order_number = o.order_number AND d.decision = 'changed'`;

const UPDATE_CHANGED = `
  UPDATE orders o
  SET unified_customer_id = d.unified_customer_id, ordered_at = d.ordered_at, status = d.status,
      province = d.province, city = d.city, content_hash = d.content_hash, updated_at = now()
  FROM decided_orders d
  WHERE o.order_id = d.order_id AND d.decision = 'changed'`;

const INSERT_NEW = `
  INSERT INTO orders (order_id, source, unified_customer_id, ordered_at, status, province, city, content_hash)
  SELECT order_id, $1, unified_customer_id, ordered_at, status, province, city, content_hash
  FROM decided_orders WHERE decision = 'added'
  ORDER BY order_ref`;

/** Within a completed order, a line marked cancelled or returned counts as goods that came back. */
const INSERT_LINES = `
  INSERT INTO order_items (order_number, line_number, item_number, quantity, price)
  SELECT o.order_number, l.line_number, l.item_number,
         CASE WHEN d.status = 'completed' AND l.status <> 0 THEN -abs(l.quantity) ELSE l.quantity END,
         l.price
  FROM decided_orders d
  JOIN orders o USING (order_id)
  JOIN incoming_lines l USING (order_ref)
  WHERE d.decision IN ('added', 'changed')
  ORDER BY o.order_number, l.line_number`;

const COUNT = `
  SELECT count(*) FILTER (WHERE decision = 'added')::integer AS added,
         count(*) FILTER (WHERE decision = 'changed')::integer AS changed,
         count(*) FILTER (WHERE decision = 'unchanged')::integer AS unchanged,
         count(*) FILTER (WHERE decision = 'foreign')::integer AS "foreign",
         count(*) FILTER (WHERE status = 'cancelled' AND decision <> 'foreign')::integer AS cancelled,
         count(*) FILTER (WHERE status = 'returned' AND decision <> 'foreign')::integer AS returned,
         coalesce(sum(lines) FILTER (WHERE decision <> 'foreign' AND unified_customer_id IS NOT NULL), 0)::integer AS accepted_lines,
         coalesce(sum(lines) FILTER (WHERE decision <> 'foreign' AND unified_customer_id IS NULL), 0)::integer AS guest_lines,
         coalesce(sum(lines) FILTER (WHERE decision = 'foreign'), 0)::integer AS foreign_lines,
         (SELECT count(*)::integer FROM incoming_orders WHERE customers > 1) AS several_customers
  FROM decided_orders`;

/**
 * Adds new orders and replaces those whose content has changed, each with its lines; the others are not
 * touched. Needs product_refs and customer_refs; leaves decided_orders behind.
 */
export async function mergeOrders(client: pg.ClientBase, source: string): Promise<OrderCounts> {
  await client.query(GATHER);
  await client.query(ORDERS);
  await client.query('ANALYZE incoming_orders');
  await client.query(LINES);
  await client.query('ANALYZE incoming_lines');
  await client.query(DECIDE, [source]);
  await client.query('ANALYZE decided_orders');
  await client.query(DELETE_FORMER_LINES);
  await client.query(UPDATE_CHANGED);
  await client.query(INSERT_NEW, [source]);
  await client.query(INSERT_LINES);
  const { rows } = await client.query(COUNT);
  return OrderCounts.parse(rows[0]);
}

const ForeignLine = z.object({ line: z.int(), order_id: z.string(), product_id: z.string() });
export type ForeignLine = z.infer<typeof ForeignLine>;

/** The lines left out because their order belongs to another source. */
export async function foreignLines(client: pg.ClientBase): Promise<ForeignLine[]> {
  const { rows } = await client.query(`
    SELECT s.line, s.order_id, s.product_id
    FROM staged_lines s JOIN decided_orders d USING (order_id)
    WHERE d.decision = 'foreign' ORDER BY s.line`);
  return z.array(ForeignLine).parse(rows);
}
