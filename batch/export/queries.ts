import { TRAINABLE_LINES } from '../db/trainable.ts';
import type { DatasetName } from '../storage/paths.ts';

/**
 * The two temporary tables an export works from, made in its transaction: who and what has a trainable
 * line. first_sold, not the day of loading, tells how new a product is.
 */
export const EXPORT_TABLES = [
  `CREATE TEMP TABLE exported_users ON COMMIT DROP AS
   SELECT customer_number, count(*) AS lines, max(ordered_at) AS newest_order
   FROM (${TRAINABLE_LINES}) AS t GROUP BY customer_number`,
  `CREATE TEMP TABLE exported_items ON COMMIT DROP AS
   SELECT item_number, count(DISTINCT order_number) AS orders, min(ordered_at) AS first_sold
   FROM (${TRAINABLE_LINES}) AS t GROUP BY item_number`,
];

/** `|` separates several categories in Personalize. An empty name counts as none. */
const categoryName = (expression: string): string => `nullif(replace(trim(${expression}), '|', '/'), '')`;

/** Columns as in batch/personalize/schemas.ts. No names, phones or e-mails: a customer is a number. */
export const DATASET_QUERIES: Readonly<Record<DatasetName, string>> = {
  users: `
    SELECT u.customer_number AS "USER_ID",
           ${categoryName('c.province')} AS "PROVINCE", ${categoryName('c.city')} AS "CITY"
    FROM exported_users u JOIN customers c USING (customer_number) ORDER BY u.customer_number`,
  items: `
    SELECT p.product_id AS "ITEM_ID",
           ${categoryName('p.category_path[1]')} AS "CATEGORY_L1",
           ${categoryName('CASE WHEN cardinality(p.category_path) > 1 THEN p.category_path[cardinality(p.category_path)] END')} AS "CATEGORY_L2",
           p.price AS "PRICE",
           floor(extract(epoch FROM least(p.created_at, i.first_sold)))::bigint AS "CREATION_TIMESTAMP"
    FROM products p LEFT JOIN exported_items i USING (item_number)
    WHERE p.recommendable ORDER BY p.item_number`,
  interactions: `
    SELECT customer_number AS "USER_ID", product_id AS "ITEM_ID",
           floor(extract(epoch FROM ordered_at))::bigint AS "TIMESTAMP",
           'purchase' AS "EVENT_TYPE", quantity AS "EVENT_VALUE"
    FROM (${TRAINABLE_LINES}) AS t`,
};

/** One JSON object per row. */
export const INPUT_QUERIES = {
  'user-personalization': `
    SELECT json_build_object('userId', customer_number::text) FROM exported_users ORDER BY customer_number`,
  'similar-items': `
    SELECT json_build_object('itemId', p.product_id)
    FROM exported_items i JOIN products p USING (item_number) ORDER BY p.item_number`,
  // The list is the same for everyone: any one known user will do.
  'popularity-count': `
    SELECT json_build_object('userId', min(customer_number)::text) FROM exported_users`,
} as const;

/** The best-selling products that can be bought now: one page of segment items. */
export function segmentItemsQuery(limit: number, offset: number): string {
  return `
    SELECT json_build_object('itemId', p.product_id)
    FROM exported_items i JOIN products p USING (item_number)
    WHERE p.available ORDER BY i.orders DESC, p.item_number LIMIT ${limit} OFFSET ${offset}`;
}

/** COPY's text format would double JSON's backslashes; as CSV with a quote that JSON never holds, lines come as they are. */
export const JSON_LINES_FORMAT = `FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02'`;
