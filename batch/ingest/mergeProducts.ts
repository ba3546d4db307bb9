import type pg from 'pg';
import { z } from 'zod';
import { freeName, type IdPeers } from '../identity/sourceIds.ts';

interface MergeInput {
  readonly source: string;
  readonly peers: IdPeers;
  /** False when newer orders are known already: then old names and prices do not replace newer ones. */
  readonly newest: boolean;
}

export interface MergeCounts {
  readonly added: number;
  readonly changed: number;
}

/**
 * Staged order lines and products file, one row per product. Name: of the products file, else the one most
 * order lines give (the latest of equals). Price: of the products file, else of the latest sale. told_…: what
 * orders say.
 */
const GATHER = `
  CREATE TEMP TABLE product_refs (source_id text PRIMARY KEY, product_id text NOT NULL) ON COMMIT DROP;
  CREATE TEMP TABLE incoming_products (
    product_id text PRIMARY KEY, product_name text, told_name text, url text, handle text, variant_id text,
    price numeric(12, 2), sold_for numeric(12, 2), currency text, told_currency text,
    category_path text[], told_path text[], image_url text,
    available boolean, created_at timestamptz, lines bigint, is_new boolean, unnamed_before boolean
  ) ON COMMIT DROP;`;

/** Ids that their source has used before. */
const RESOLVE_KNOWN = `
  INSERT INTO product_refs
  SELECT s.product_id, a.product_id
  FROM (SELECT product_id FROM staged_product_facts UNION SELECT product_id FROM staged_products) s
  JOIN product_alias a ON a.source = $1 AND a.source_id = s.product_id AND a.variant_id = ''`;

const OF_PEERS = '($2::text[] IS NULL AND a.source <> ALL ($3) OR a.source = ANY ($2))';

/**
 * Other ids mean, in this order: a variant of the source; the product that another source calls so, of those with
 * the same ids; the product of which another has a variant with that article number; the product whose id, at
 * another, is an article number of one of its variants; a new product. What means several products is no clue.
 */
const RESOLVE_NEW = `
  WITH ids AS (
    SELECT s.product_id FROM (SELECT product_id FROM staged_product_facts UNION SELECT product_id FROM staged_products) s
    WHERE NOT EXISTS (SELECT FROM product_refs r WHERE r.source_id = s.product_id)
  ), variants AS (
    SELECT variant_id AS id, min(product_id) AS product_id FROM product_alias
    WHERE source = $1 AND variant_id <> '' GROUP BY variant_id HAVING count(DISTINCT product_id) = 1
  ), peers AS (
    SELECT DISTINCT ON (i.product_id) i.product_id AS id, a.product_id
    FROM ids i JOIN product_alias a ON a.source_id = i.product_id
    WHERE ${OF_PEERS} AND a.variant_id = '' AND NOT a.is_article
    ORDER BY i.product_id, a.product_id = a.source_id DESC, a.source
  ), articles AS (
    SELECT i.product_id AS id, min(a.product_id) AS product_id
    FROM ids i JOIN product_alias a ON a.source_id = i.product_id AND a.is_article
    WHERE ${OF_PEERS}
    GROUP BY i.product_id HAVING count(DISTINCT a.product_id) = 1
  ), of_variants AS (
    SELECT v.product_id AS id, min(a.product_id COLLATE "C") AS product_id
    FROM staged_variants v
    JOIN product_alias a ON a.source_id = v.sku AND a.variant_id = '' AND NOT a.is_article
    WHERE ${OF_PEERS} AND a.source <> $1
    GROUP BY v.product_id
  )
  INSERT INTO product_refs
  SELECT i.product_id, coalesce(v.product_id, p.product_id, a.product_id, o.product_id,
                                ${freeName('$1', 'i.product_id', (name) => `SELECT FROM products t JOIN product_alias b ON b.product_id = t.product_id WHERE t.product_id = ${name}`)})
  FROM ids i
  LEFT JOIN variants v ON v.id = i.product_id
  LEFT JOIN peers p ON p.id = i.product_id
  LEFT JOIN articles a ON a.id = i.product_id
  LEFT JOIN of_variants o ON o.id = i.product_id`;

/** What no source had any more is on sale again (batch unload). */
const RECLAIM = `
  UPDATE products p SET available = true
  FROM product_refs r
  WHERE p.product_id = r.product_id AND NOT p.available
    AND NOT EXISTS (SELECT FROM product_alias a WHERE a.product_id = p.product_id)`;

const COUNT_NEW = `
  SELECT (count(*) FILTER (WHERE r.product_id <> r.source_id AND p.product_id IS NULL))::integer AS clashes,
         (count(*) FILTER (WHERE EXISTS (
           SELECT FROM product_alias o
           WHERE o.source <> $1 AND o.source_id = r.source_id AND o.variant_id = '' AND o.product_id = r.product_id
             AND NOT o.is_article)))::integer AS joined
  FROM product_refs r
  LEFT JOIN products p ON p.product_id = r.product_id
  WHERE NOT EXISTS (SELECT FROM product_alias a WHERE a.source = $1 AND a.source_id = r.source_id AND a.variant_id = '')`;
const NewIds = z.object({ clashes: z.int(), joined: z.int() });

const COMBINE = `
  WITH facts AS (
    SELECT r.product_id, f.product_name, f.lines, f.first_seen, f.last_seen, f.sold_at, f.sold_for, f.currency, f.category
    FROM staged_product_facts f JOIN product_refs r ON r.source_id = f.product_id
  ), totals AS (
    SELECT product_id, sum(lines) AS lines, min(first_seen) AS first_seen, max(category) AS category
    FROM facts GROUP BY product_id
  ), names AS (
    SELECT DISTINCT ON (product_id) product_id, product_name
    FROM (SELECT product_id, product_name, sum(lines) AS lines, max(last_seen) AS last_seen
          FROM facts WHERE product_name IS NOT NULL GROUP BY product_id, product_name) n
    ORDER BY product_id, lines DESC, last_seen DESC, product_name COLLATE "C"
  ), sales AS (
    SELECT DISTINCT ON (product_id) product_id, sold_for, currency
    FROM facts WHERE sold_at IS NOT NULL
    ORDER BY product_id, sold_at DESC, sold_for DESC, currency COLLATE "C"
  ), files AS (
    SELECT DISTINCT ON (r.product_id) r.product_id, p.*, bool_or(p.available) OVER (PARTITION BY r.product_id) AS any_available
    FROM staged_products p JOIN product_refs r ON r.source_id = p.product_id
    ORDER BY r.product_id, p.line
  ), ids AS (SELECT DISTINCT product_id FROM product_refs)
  INSERT INTO incoming_products
  SELECT i.product_id, f.product_name, n.product_name, f.url, f.handle, f.variant_id,
         f.price, s.sold_for, f.currency, s.currency,
         string_to_array(f.category, E'\\x1f'), string_to_array(t.category, E'\\x1f'),
         f.image_url, f.any_available, coalesce(f.created_at, t.first_seen), coalesce(t.lines, 0),
         p.product_id IS NULL, p.product_name = p.product_id
  FROM ids i
  LEFT JOIN files f(product_id, line, source_id, product_name, url, handle, variant_id, price, currency, category,
                    image_url, available, created_at, deleted, any_available) USING (product_id)
  LEFT JOIN totals t USING (product_id)
  LEFT JOIN names n USING (product_id)
  LEFT JOIN sales s USING (product_id)
  LEFT JOIN products p USING (product_id)`;

/** Only what is missing is inserted: a conflict would use up an item number. */
const INSERT_NEW = `
  INSERT INTO products (product_id, product_name, url, handle, default_variant_id, price, currency,
                        category_path, image_url, available, created_at)
  SELECT product_id, coalesce(product_name, told_name, product_id), url, handle, variant_id,
         coalesce(price, sold_for), coalesce(currency, told_currency), coalesce(category_path, told_path, '{}'), image_url,
         coalesce(available, true), coalesce(created_at, now())
  FROM incoming_products WHERE is_new
  ORDER BY created_at, product_id COLLATE "C"`;

/**
 * A products file's word counts. Orders name a product that has no name yet; where no catalogue ever
 * described it (no link, handle, picture, category) newer orders also bring it up to date. Their
 * category and currency only fill what is empty.
 */
const UPDATE_KNOWN = `
  UPDATE products p
  SET product_name = v.product_name, url = v.url, handle = v.handle, default_variant_id = v.variant_id,
      price = v.price, currency = v.currency, category_path = v.category_path, image_url = v.image_url,
      available = v.available, updated_at = now()
  FROM (
    SELECT i.product_id,
           coalesce(i.product_name,
                    CASE WHEN q.product_name = q.product_id
                           OR ($1 AND q.category_path = '{}' AND coalesce(q.url, q.handle, q.image_url) IS NULL)
                         THEN i.told_name END,
                    q.product_name) AS product_name,
           coalesce(i.url, q.url) AS url,
           coalesce(i.handle, q.handle) AS handle,
           coalesce(i.variant_id, q.default_variant_id) AS variant_id,
           coalesce(i.price,
                    CASE WHEN q.price IS NULL OR ($1 AND coalesce(q.url, q.handle, q.image_url) IS NULL)
                         THEN i.sold_for END,
                    q.price) AS price,
           coalesce(i.currency, q.currency, CASE WHEN $1 THEN i.told_currency END) AS currency,
           coalesce(i.category_path, nullif(q.category_path, '{}'), CASE WHEN $1 THEN i.told_path END, '{}') AS category_path,
           coalesce(i.image_url, q.image_url) AS image_url,
           coalesce(i.available, q.available) AS available
    FROM incoming_products i JOIN products q USING (product_id)
    WHERE NOT i.is_new
  ) v
  WHERE p.product_id = v.product_id
    AND (p.product_name, p.url, p.handle, p.default_variant_id, p.price, p.currency, p.category_path, p.image_url, p.available)
        IS DISTINCT FROM
        (v.product_name, v.url, v.handle, v.variant_id, v.price, v.currency, v.category_path, v.image_url, v.available)`;

const ADD_ALIASES = `
  INSERT INTO product_alias (source, source_id, variant_id, product_id)
  SELECT DISTINCT $1, r.source_id, v.variant_id, r.product_id
  FROM product_refs r
  CROSS JOIN LATERAL (
    SELECT '' AS variant_id
    UNION SELECT p.variant_id FROM staged_products p WHERE p.product_id = r.source_id AND p.variant_id IS NOT NULL
    UNION SELECT s.variant_id FROM staged_variants s WHERE s.product_id = r.source_id
  ) v
  WHERE NOT EXISTS (
    SELECT FROM product_alias a
    WHERE a.source = $1 AND a.source_id = r.source_id AND a.variant_id = v.variant_id
  )`;

/** An article number is an id of its product, unless its source gives it to another product. */
const ADD_ARTICLES = `
  INSERT INTO product_alias (source, source_id, variant_id, product_id, is_article)
  SELECT $1, s.sku, '', min(r.product_id), true
  FROM staged_variants s JOIN product_refs r ON r.source_id = s.product_id
  WHERE s.sku IS NOT NULL AND length(s.sku) BETWEEN 1 AND 256
    AND NOT EXISTS (SELECT FROM product_alias a WHERE a.source = $1 AND a.source_id = s.sku AND a.variant_id = '')
  GROUP BY s.sku HAVING count(DISTINCT r.product_id) = 1`;

/**
 * Adds and updates products from what is staged; leaves product_refs and incoming_products behind.
 * @returns clashes: new products whose id another source has for something else; joined: ids that are new at this
 * source and were another's, for the same product
 */
export async function mergeProducts(
  client: pg.ClientBase,
  input: MergeInput,
): Promise<{ readonly counts: MergeCounts; readonly clashes: number; readonly joined: number }> {
  await client.query(GATHER);
  await client.query('CREATE INDEX ON staged_products (product_id)');
  await client.query('CREATE INDEX ON staged_variants (product_id)');
  await client.query(RESOLVE_KNOWN, [input.source]);
  await client.query(RESOLVE_NEW, [input.source, input.peers.products, input.peers.apart]);
  const news = NewIds.parse((await client.query(COUNT_NEW, [input.source])).rows[0]);
  await client.query(RECLAIM);
  await client.query(COMBINE);
  await client.query('ANALYZE product_refs, incoming_products');
  const added = await client.query(INSERT_NEW);
  const changed = await client.query(UPDATE_KNOWN, [input.newest]);
  await client.query(ADD_ALIASES, [input.source]);
  await client.query(ADD_ARTICLES, [input.source]);
  return { counts: { added: added.rowCount ?? 0, changed: changed.rowCount ?? 0 }, ...news };
}
