import type pg from 'pg';
import type { MergeCounts } from './mergeProducts.ts';

const GATHER = `
  CREATE TEMP TABLE customer_refs (
    source_id text PRIMARY KEY, unified_customer_id text NOT NULL, is_new boolean NOT NULL
  ) ON COMMIT DROP`;

/** A source's id stands for the customer its alias names, else for itself. */
const RESOLVE = `
  INSERT INTO customer_refs
  SELECT s.customer_id, coalesce(a.unified_customer_id, s.customer_id), c.unified_customer_id IS NULL
  FROM (SELECT customer_id FROM staged_orders WHERE customer_id IS NOT NULL
        UNION SELECT customer_id FROM staged_customers) s
  LEFT JOIN customer_alias a ON a.source = $1 AND a.source_id = s.customer_id
  LEFT JOIN customers c ON c.unified_customer_id = coalesce(a.unified_customer_id, s.customer_id)`;

/**
 * Who they are: the customers file's word, else what is known, else what the order lines say. Where
 * they live: the place of their latest order that has one, else the customers file's, else what is known.
 */
const COMBINE = `
  CREATE TEMP TABLE incoming_customers ON COMMIT DROP AS
  WITH refs AS (
    SELECT unified_customer_id, bool_or(is_new) AS is_new FROM customer_refs GROUP BY unified_customer_id
  ), told AS (
    SELECT r.unified_customer_id, max(s.customer_name) AS customer_name, max(s.email) AS email, max(s.phone) AS phone
    FROM staged_contacts s JOIN customer_refs r ON r.source_id = s.customer_id
    GROUP BY r.unified_customer_id
  ), files AS (
    SELECT DISTINCT ON (r.unified_customer_id)
           r.unified_customer_id, s.customer_name, s.email, s.phone, s.province, s.city
    FROM staged_customers s JOIN customer_refs r ON r.source_id = s.customer_id
    ORDER BY r.unified_customer_id, s.line
  ), ordered AS (
    SELECT o.unified_customer_id, min(o.ordered_at) AS first_at
    FROM orders o JOIN refs USING (unified_customer_id) GROUP BY o.unified_customer_id
  ), places AS (
    SELECT DISTINCT ON (o.unified_customer_id) o.unified_customer_id, o.order_id, o.province, o.city
    FROM orders o JOIN refs USING (unified_customer_id)
    WHERE o.province IS NOT NULL OR o.city IS NOT NULL
    ORDER BY o.unified_customer_id, o.ordered_at DESC, o.order_id COLLATE "C"
  )
  SELECT r.unified_customer_id, r.is_new, ordered.first_at,
         coalesce(f.customer_name, k.customer_name, t.customer_name) AS customer_name,
         coalesce(f.email, k.email, t.email) AS email,
         coalesce(f.phone, k.phone, t.phone) AS phone,
         CASE WHEN p.order_id IS NULL THEN coalesce(f.province, k.province) ELSE p.province END AS province,
         CASE WHEN p.order_id IS NULL THEN coalesce(f.city, k.city) ELSE p.city END AS city
  FROM refs r
  LEFT JOIN customers k USING (unified_customer_id)
  LEFT JOIN told t USING (unified_customer_id)
  LEFT JOIN files f USING (unified_customer_id)
  LEFT JOIN ordered USING (unified_customer_id)
  LEFT JOIN places p USING (unified_customer_id)`;

/** Only what is missing is inserted: a conflict would use up a customer number. */
const INSERT_NEW = `
  INSERT INTO customers (unified_customer_id, customer_name, email, phone, province, city, created_at)
  SELECT unified_customer_id, customer_name, email, phone, province, city, coalesce(first_at, now())
  FROM incoming_customers WHERE is_new
  ORDER BY first_at, unified_customer_id COLLATE "C"`;

const UPDATE_KNOWN = `
  UPDATE customers c
  SET customer_name = v.customer_name, email = v.email, phone = v.phone,
      province = v.province, city = v.city, updated_at = now()
  FROM incoming_customers v
  WHERE NOT v.is_new AND c.unified_customer_id = v.unified_customer_id
    AND (c.customer_name, c.email, c.phone, c.province, c.city)
        IS DISTINCT FROM (v.customer_name, v.email, v.phone, v.province, v.city)`;

const ADD_ALIASES = `
  INSERT INTO customer_alias (source, source_id, unified_customer_id)
  SELECT $1, r.source_id, r.unified_customer_id FROM customer_refs r
  WHERE NOT EXISTS (SELECT FROM customer_alias a WHERE a.source = $1 AND a.source_id = r.source_id)`;

/** Finds out who the staged customer ids are; leaves customer_refs behind. */
export async function resolveCustomers(client: pg.ClientBase, source: string): Promise<void> {
  await client.query(GATHER);
  await client.query(RESOLVE, [source]);
  await client.query('ANALYZE customer_refs');
}

/** Adds and updates customers; after the orders, whose places count. */
export async function mergeCustomers(client: pg.ClientBase, source: string): Promise<MergeCounts> {
  await client.query(COMBINE);
  const added = await client.query(INSERT_NEW);
  const changed = await client.query(UPDATE_KNOWN);
  await client.query(ADD_ALIASES, [source]);
  return { added: added.rowCount ?? 0, changed: changed.rowCount ?? 0 };
}
