import { z } from 'zod';
import { counted, type Finding, type Look, MOST_EXAMPLES, percent } from './finding.ts';

/** From this share on, data was mixed up, and lists learnt from it would be wrong. */
const HOPELESS_SHARE = 0.5;

const Unknown = z.object({ count: z.int(), of: z.int(), examples: z.array(z.string()) });

/** Orders whose customer the table does not have: they count as guests' orders. */
export const unknownCustomers: Look = async ({ client }) => {
  const answer = await client.query(
    `WITH lost AS MATERIALIZED (
       SELECT o.order_id FROM orders o LEFT JOIN customers c USING (unified_customer_id)
       WHERE o.unified_customer_id IS NOT NULL AND c.unified_customer_id IS NULL)
     SELECT (SELECT count(*)::int FROM lost) AS count,
            (SELECT count(*)::int FROM orders WHERE unified_customer_id IS NOT NULL) AS of,
            ARRAY(SELECT order_id FROM lost ORDER BY order_id LIMIT ${MOST_EXAMPLES}) AS examples`,
  );
  const { count, of, examples } = Unknown.parse(answer.rows[0]);
  if (count === 0) return [];
  return [
    {
      check: 'unknown_customers',
      severity: count > HOPELESS_SHARE * of ? 'error' : 'warning',
      message: `${counted(count, 'order names', 'orders name')} a customer that the customers table does not have (${percent(count, of)}): those customers get no list of their own`,
      count,
      examples,
      remedy: 'ingest the customers too, with the ids the orders have (other blanks, case or leading zeros?)',
    },
  ];
};

/** Lines whose product the table does not have: they are left out everywhere. */
export const unknownProducts: Look = async ({ client }) => {
  const answer = await client.query(
    `WITH lost AS MATERIALIZED (
       SELECT i.order_number, i.item_number FROM order_items i LEFT JOIN products p USING (item_number)
       WHERE p.item_number IS NULL)
     SELECT (SELECT count(*)::int FROM lost) AS count, (SELECT count(*)::int FROM order_items) AS of,
            ARRAY(SELECT 'item number ' || item_number FROM lost GROUP BY item_number
                  ORDER BY count(*) DESC, item_number LIMIT ${MOST_EXAMPLES}) AS examples`,
  );
  const { count, of, examples } = Unknown.parse(answer.rows[0]);
  if (count === 0) return [];
  return [
    {
      check: 'unknown_products',
      severity: count > HOPELESS_SHARE * of ? 'error' : 'warning',
      message: `${counted(count, 'order line names', 'order lines name')} a product that the products table does not have (${percent(count, of)}): nothing is learnt from them`,
      count,
      examples,
      remedy: 'products were deleted from the table: ingest them again, sold out ones as not available',
    },
  ];
};

const LookAlikes = z.object({ groups: z.int(), examples: z.array(z.string()) });
/** An id without what people and systems write differently. */
const plain = (id: string): string => `lower(regexp_replace(${id}, '\\s+', '', 'g'))`;

/** Ids that only case or blanks tell apart: most likely one customer or product under several. */
export const lookAlikeIds: Look = async ({ client }) => {
  const findings: Finding[] = [];
  const looks = [
    { what: 'customers', id: 'unified_customer_id', shown: `'customer number ' || customer_number` },
    { what: 'products', id: 'product_id', shown: `'"' || product_id || '"'` },
  ] as const;
  for (const { what, id, shown } of looks) {
    const answer = await client.query(
      `WITH alike AS MATERIALIZED (
         SELECT string_agg(${shown}, ' = ' ORDER BY ${id}) AS example FROM ${what}
         GROUP BY ${plain(id)} HAVING count(*) > 1)
       SELECT count(*)::int AS groups, coalesce((array_agg(left(example, 200) ORDER BY example))[1:${MOST_EXAMPLES}], '{}') AS examples
       FROM alike`,
    );
    const { groups, examples } = LookAlikes.parse(answer.rows[0]);
    if (groups === 0) continue;
    findings.push({
      check: `look_alike_${what}`,
      severity: 'warning',
      message: `${counted(groups, 'id', 'ids')} of ${what} are there more than once, told apart only by case or blanks: what belongs together is learnt apart`,
      count: groups,
      examples,
      remedy:
        'write ids the same in every source; where they are one, an alias (--customers, --products) joins them',
    });
  }
  return findings;
};
