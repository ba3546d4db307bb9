import type pg from 'pg';
import { z } from 'zod';
import { freeName } from '../identity/sourceIds.ts';
import type { MergeCounts } from './mergeProducts.ts';

const GATHER = `
  CREATE TEMP TABLE customer_refs (
    source_id text PRIMARY KEY, customer_id text NOT NULL, unified_customer_id text NOT NULL,
    is_new boolean NOT NULL, is_new_alias boolean NOT NULL
  ) ON COMMIT DROP`;

/**
 * A source's id stands for the customer its alias names, else for the one whom a source with the same ids calls so,
 * else for a new one: customer_id. Who that is, since customers were merged: unified_customer_id.
 */
const RESOLVE = `
  INSERT INTO customer_refs
  SELECT r.source_id, r.customer_id, coalesce(c.merged_into, r.customer_id), c.unified_customer_id IS NULL, r.is_new_alias
  FROM (
    SELECT s.customer_id AS source_id, a.source_id IS NULL AS is_new_alias,
           coalesce(a.merged_from, a.unified_customer_id, p.customer_id,
                    ${freeName('$1', 's.customer_id', (name) => `SELECT FROM customers t WHERE t.unified_customer_id = ${name}`)}) AS customer_id
    FROM (SELECT customer_id FROM staged_orders WHERE customer_id IS NOT NULL
          UNION SELECT customer_id FROM staged_customers) s
    LEFT JOIN customer_alias a ON a.source = $1 AND a.source_id = s.customer_id
    LEFT JOIN LATERAL (
      SELECT coalesce(o.merged_from, o.unified_customer_id) AS customer_id FROM customer_alias o
      WHERE a.source_id IS NULL AND o.source = ANY ($2) AND o.source_id = s.customer_id
      ORDER BY o.source LIMIT 1
    ) p ON true
  ) r
  LEFT JOIN customers c ON c.unified_customer_id = r.customer_id`;

const COUNT_CLASHES = `
  SELECT count(*)::integer AS clashes FROM customer_refs WHERE is_new AND customer_id <> source_id`;

/**
 * Who they are: the customers file's word, else what is known, else what the latest order line says. Where they say
 * they live. What a source has deleted loses its name.
 */
const COMBINE = `
  CREATE TEMP TABLE incoming_customers ON COMMIT DROP AS
  WITH refs AS (
    SELECT customer_id, bool_or(is_new) AS is_new FROM customer_refs GROUP BY customer_id
  ), told AS (
    SELECT DISTINCT ON (r.customer_id) r.customer_id, s.customer_name
    FROM staged_contacts s JOIN customer_refs r ON r.source_id = s.customer_id
    WHERE s.customer_name IS NOT NULL
    ORDER BY r.customer_id, s.ordered_at DESC, s.customer_name COLLATE "C"
  ), files AS (
    SELECT DISTINCT ON (r.customer_id) r.customer_id, s.customer_name, s.province, s.city, s.deleted
    FROM staged_customers s JOIN customer_refs r ON r.source_id = s.customer_id
    ORDER BY r.customer_id, s.line
  ), ordered AS (
    SELECT r.customer_id, min(o.ordered_at) AS first_at
    FROM staged_orders o JOIN customer_refs r ON r.source_id = o.customer_id GROUP BY r.customer_id
  )
  SELECT r.customer_id, r.is_new, ordered.first_at,
         CASE WHEN NOT coalesce(f.deleted, false) THEN coalesce(f.customer_name, k.customer_name, t.customer_name) END AS customer_name,
         coalesce(f.province, k.stated_province) AS stated_province,
         CASE WHEN f.province IS NULL THEN coalesce(f.city, k.stated_city) ELSE f.city END AS stated_city
  FROM refs r
  LEFT JOIN customers k ON k.unified_customer_id = r.customer_id
  LEFT JOIN told t USING (customer_id)
  LEFT JOIN files f USING (customer_id)
  LEFT JOIN ordered USING (customer_id)`;

/** The place of each customer's latest order that has one, the orders of merged customers together. */
const PLACES = `
  CREATE TEMP TABLE customer_places ON COMMIT DROP AS
  SELECT DISTINCT ON (o.unified_customer_id) o.unified_customer_id, o.province, o.city
  FROM orders o JOIN (SELECT DISTINCT unified_customer_id FROM customer_refs) r USING (unified_customer_id)
  WHERE o.province IS NOT NULL OR o.city IS NOT NULL
  ORDER BY o.unified_customer_id, o.ordered_at DESC, o.order_id COLLATE "C", o.source COLLATE "C"`;

/** Only what is missing is inserted: a conflict would use up a customer number. */
const INSERT_NEW = `
  INSERT INTO customers (unified_customer_id, customer_name, stated_province, stated_city, province, city, created_at)
  SELECT i.customer_id, i.customer_name, i.stated_province, i.stated_city,
         CASE WHEN p.unified_customer_id IS NULL THEN i.stated_province ELSE p.province END,
         CASE WHEN p.unified_customer_id IS NULL THEN i.stated_city ELSE p.city END,
         coalesce(i.first_at, now())
  FROM incoming_customers i LEFT JOIN customer_places p ON p.unified_customer_id = i.customer_id
  WHERE i.is_new
  ORDER BY i.first_at, i.customer_id COLLATE "C"`;

const UPDATE_KNOWN = `
  WITH updated AS (
    UPDATE customers c
    SET customer_name = i.customer_name, stated_province = i.stated_province, stated_city = i.stated_city, updated_at = now()
    FROM incoming_customers i
    WHERE NOT i.is_new AND c.unified_customer_id = i.customer_id
      AND (c.customer_name, c.stated_province, c.stated_city)
          IS DISTINCT FROM (i.customer_name, i.stated_province, i.stated_city)
    RETURNING i.customer_id
  )
  INSERT INTO updated_customers SELECT customer_id FROM updated`;

/** Where a customer lives: where the latest order went, else where it says. */
const SETTLE_PLACES = `
  WITH affected AS (
    SELECT customer_id AS unified_customer_id FROM incoming_customers WHERE NOT is_new
    UNION SELECT unified_customer_id FROM customer_refs WHERE NOT is_new
    UNION SELECT old_id FROM settled_customers UNION SELECT new_id FROM settled_customers
    UNION SELECT customer_id FROM settled_customers
  ), places AS (
    SELECT DISTINCT ON (o.unified_customer_id) o.unified_customer_id, o.order_number, o.province, o.city
    FROM orders o JOIN affected USING (unified_customer_id)
    WHERE o.province IS NOT NULL OR o.city IS NOT NULL
    ORDER BY o.unified_customer_id, o.ordered_at DESC, o.order_id COLLATE "C", o.source COLLATE "C"
  )
  UPDATE customers c SET province = v.province, city = v.city, updated_at = now()
  FROM (
    SELECT k.unified_customer_id,
           CASE WHEN p.order_number IS NULL THEN k.stated_province ELSE p.province END AS province,
           CASE WHEN p.order_number IS NULL THEN k.stated_city ELSE p.city END AS city
    FROM affected
    JOIN customers k USING (unified_customer_id)
    LEFT JOIN places p USING (unified_customer_id)
  ) v
  WHERE c.unified_customer_id = v.unified_customer_id AND (c.province, c.city) IS DISTINCT FROM (v.province, v.city)`;

/**
 * Finds out who the staged customer ids are; leaves customer_refs behind.
 * @param peers other sources with the same customer ids
 * @returns how many new customers bear an id that another source has for somebody else
 */
export async function resolveCustomers(
  client: pg.ClientBase,
  source: string,
  peers: readonly string[],
): Promise<number> {
  await client.query(GATHER);
  await client.query(RESOLVE, [source, peers]);
  await client.query('ANALYZE customer_refs');
  const { rows } = await client.query(COUNT_CLASHES);
  return z.object({ clashes: z.int() }).parse(rows[0]).clashes;
}

/** Adds and updates customers; after the orders, whose places count. Leaves updated_customers behind. */
export async function mergeCustomers(client: pg.ClientBase): Promise<MergeCounts> {
  await client.query(COMBINE);
  await client.query(PLACES);
  const added = await client.query(INSERT_NEW);
  await client.query('CREATE TEMP TABLE updated_customers (customer_id text PRIMARY KEY) ON COMMIT DROP');
  const changed = await client.query(UPDATE_KNOWN);
  return { added: added.rowCount ?? 0, changed: changed.rowCount ?? 0 };
}

/** Puts known customers, and those that settleCustomers has moved, where they live now. Returns how many moved. */
export async function settlePlaces(client: pg.ClientBase): Promise<number> {
  return (await client.query(SETTLE_PLACES)).rowCount ?? 0;
}
