import { TRAINABLE_LINES } from '../db/trainable.ts';
import type { DatasetName } from '../storage/paths.ts';

/**
 * The temporary table an export works from, made in its transaction by one pass over all lines: a row for
 * each customer and one for each product with a trainable line, the other number null.
 */
export const EXPORTED_TABLE = `
  CREATE TEMP TABLE exported ON COMMIT DROP AS
  SELECT customer_number, item_number, count(*) AS lines,
         min(ordered_at) AS oldest_order, max(ordered_at) AS newest_order
  FROM (${TRAINABLE_LINES}) AS t
  GROUP BY GROUPING SETS ((customer_number), (item_number))`;

/** `|` separates several categories in Personalize. An empty name counts as none. */
const categoryName = (expression: string): string => `nullif(replace(trim(${expression}), '|', '/'), '')`;

/**
 * Columns as in batch/personalize/schemas.ts. An item is as old as its first sale, if that was before it was
 * loaded. No names, phones or e-mails: a customer is a number.
 */
const USERS_AND_ITEMS = {
  users: `
    SELECT u.customer_number AS "USER_ID",
           ${categoryName('c.province')} AS "PROVINCE", ${categoryName('c.city')} AS "CITY"
    FROM exported u JOIN customers c USING (customer_number) ORDER BY u.customer_number`,
  items: `
    SELECT p.product_id AS "ITEM_ID",
           ${categoryName('p.category_path[1]')} AS "CATEGORY_L1",
           ${categoryName('CASE WHEN cardinality(p.category_path) > 1 THEN p.category_path[cardinality(p.category_path)] END')} AS "CATEGORY_L2",
           p.price AS "PRICE",
           floor(extract(epoch FROM least(p.created_at, i.oldest_order)))::bigint AS "CREATION_TIMESTAMP"
    FROM products p LEFT JOIN exported i USING (item_number)
    WHERE p.recommendable ORDER BY p.item_number`,
} as const;

/** @param since seconds since 1970: only interactions of later orders; null: all */
export function datasetQueries(since: number | null): Readonly<Record<DatasetName, string>> {
  return { ...USERS_AND_ITEMS, interactions: interactionsQuery(since) };
}

function interactionsQuery(since: number | null): string {
  if (since !== null && !Number.isSafeInteger(since)) throw new RangeError(`${since} is no second`);
  // COPY takes no parameters.
  const later = since === null ? '' : `WHERE floor(extract(epoch FROM ordered_at)) > ${since}`;
  return `
    SELECT customer_number AS "USER_ID", product_id AS "ITEM_ID",
           floor(extract(epoch FROM ordered_at))::bigint AS "TIMESTAMP",
           'purchase' AS "EVENT_TYPE", quantity AS "EVENT_VALUE"
    FROM (${TRAINABLE_LINES}) AS t ${later}`;
}

/** One JSON object per row. */
export const INPUT_QUERIES = {
  'user-personalization': `
    SELECT json_build_object('userId', customer_number::text) FROM exported
    WHERE customer_number IS NOT NULL ORDER BY customer_number`,
  'similar-items': `
    SELECT json_build_object('itemId', p.product_id)
    FROM exported i JOIN products p USING (item_number) ORDER BY p.item_number`,
  // The list is the same for everyone: any one known user will do.
  'popularity-count': `
    SELECT json_build_object('userId', min(customer_number)::text) FROM exported`,
} as const;

/** The best-selling products that can be bought now: one page of segment items. */
export function segmentItemsQuery(limit: number, offset: number): string {
  return `
    SELECT json_build_object('itemId', p.product_id)
    FROM exported i JOIN products p USING (item_number)
    WHERE p.available ORDER BY i.lines DESC, p.item_number LIMIT ${limit} OFFSET ${offset}`;
}

/** COPY's text format would double JSON's backslashes; as CSV with a quote that JSON never holds, lines come as they are. */
export const JSON_LINES_FORMAT = `FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02'`;
