import { z } from 'zod';
import { counted, type Finding, type Look, MOST_EXAMPLES } from './finding.ts';

const Duplicates = z.object({ orders: z.int(), examples: z.array(z.string()) });

/** Completed orders of one customer at one moment with the very same lines under several ids. */
export const duplicateOrders: Look = async ({ client }) => {
  const answer = await client.query(
    `WITH twins AS (
       SELECT unified_customer_id, ordered_at FROM orders
       WHERE unified_customer_id IS NOT NULL AND status = 'completed' GROUP BY 1, 2 HAVING count(*) > 1),
     contents AS (
       SELECT o.order_number, o.order_id, o.unified_customer_id, o.ordered_at,
              string_agg(i.item_number || 'x' || i.quantity || '@' || i.price, ',' ORDER BY i.item_number, i.quantity, i.price) AS lines
       FROM twins JOIN orders o USING (unified_customer_id, ordered_at) JOIN order_items i USING (order_number)
       WHERE o.status = 'completed' GROUP BY 1, 2, 3, 4),
     same AS (
       SELECT count(*) - 1 AS extra, min(order_id) || ' = ' || max(order_id) AS example
       FROM contents GROUP BY unified_customer_id, ordered_at, lines HAVING count(*) > 1)
     SELECT coalesce(sum(extra), 0)::int AS orders,
            coalesce((SELECT array_agg(example) FROM (SELECT example FROM same ORDER BY example LIMIT ${MOST_EXAMPLES}) AS e), '{}') AS examples
     FROM same`,
  );
  const { orders, examples } = Duplicates.parse(answer.rows[0]);
  if (orders === 0) return [];
  return [
    {
      check: 'duplicate_orders',
      severity: 'warning',
      message: `${counted(orders, 'order repeats another', 'orders repeat another')} of the same customer, moment and lines under a different id: sales count double`,
      count: orders,
      examples,
      remedy: 'give each order one id in all sources; delete the copies at the source and ingest again',
    },
  ];
};

/** Clocks and time zones differ by a day at most. */
const TOLERATED_DAYS = 1;
const FIRST_POSSIBLE = '1995-01-01';
const Dates = z.object({
  future: z.int(),
  ancient: z.int(),
  newest: z.date().nullable(),
  future_examples: z.array(z.string()),
  ancient_examples: z.array(z.string()),
});

/** Everything's age is counted from the newest order: one order of 2099 makes all others worthless. */
export const impossibleDates: Look = async ({ client, now }) => {
  const limit = new Date(now.getTime() + TOLERATED_DAYS * 86_400_000);
  const examples = (where: string) =>
    `ARRAY(SELECT order_id FROM orders WHERE ${where} ORDER BY ordered_at LIMIT ${MOST_EXAMPLES})`;
  const [future, ancient] = ['ordered_at > $1', `ordered_at < '${FIRST_POSSIBLE}'`] as const;
  const answer = await client.query(
    `SELECT (SELECT count(*)::int FROM orders WHERE ${future}) AS future, ${examples(future)} AS future_examples,
            (SELECT count(*)::int FROM orders WHERE ${ancient}) AS ancient, ${examples(ancient)} AS ancient_examples,
            (SELECT max(ordered_at) FROM orders) AS newest`,
    [limit],
  );
  const found = Dates.parse(answer.rows[0]);
  const findings: Finding[] = [];
  if (found.future > 0) {
    findings.push({
      check: 'future_orders',
      severity: 'error',
      message: `${counted(found.future, 'order lies', 'orders lie')} in the future, the last on ${found.newest?.toISOString().slice(0, 10)}: the age of all others would be counted from it`,
      count: found.future,
      examples: found.future_examples,
      remedy:
        'correct the dates at the source and ingest again (day and month exchanged? a delivery date instead of the order date?)',
    });
  }
  if (found.ancient > 0) {
    findings.push({
      check: 'ancient_orders',
      severity: 'warning',
      message: `${counted(found.ancient, 'order is', 'orders are')} dated before ${FIRST_POSSIBLE}`,
      count: found.ancient,
      examples: found.ancient_examples,
      remedy: 'look how the source writes dates; an empty date often becomes 1970 or 1900',
    });
  }
  return findings;
};

/** Fewer days with orders make no rhythm to compare a gap with. */
const LEAST_DAYS = 30;
const SHORTEST_GAP_DAYS = 4;
const Day = z.object({ day: z.string() });

/** Days without any order where the shop usually sells, and since when nothing has come. */
export const gapsInTime: Look = async ({ client, now }) => {
  const answer = await client.query(
    `SELECT DISTINCT (ordered_at AT TIME ZONE 'UTC')::date::text AS day FROM orders
     WHERE ordered_at <= $1 AND ordered_at >= '${FIRST_POSSIBLE}' ORDER BY day`,
    [now],
  );
  return judgeDays(
    answer.rows.map((row) => Day.parse(row).day),
    now,
  );
};

/** @param days ISO dates with orders, ascending */
export function judgeDays(days: readonly string[], now: Date): Finding[] {
  if (days.length < LEAST_DAYS) return [];
  const steps = days
    .slice(1)
    .map((day, i) => ({ from: days[i] as string, to: day, length: daysBetween(days[i] as string, day) }));
  const lengths = steps.map(({ length }) => length).sort((a, b) => a - b);
  const usual = lengths[Math.floor(0.95 * lengths.length)] as number;
  const longest = Math.max(SHORTEST_GAP_DAYS, 3 * usual);
  const gaps = steps.filter(({ length }) => length > longest);
  const findings: Finding[] = [];
  if (gaps.length > 0) {
    findings.push({
      check: 'gaps_in_time',
      severity: 'warning',
      message: `${counted(gaps.length, 'gap', 'gaps')} of more than ${longest} days without any order: seasons and repeat purchases are learnt wrongly from them`,
      count: gaps.length,
      examples: [...gaps]
        .sort((a, b) => b.length - a.length)
        .slice(0, MOST_EXAMPLES)
        .map(({ from, to, length }) => `${from} to ${to} (${length} days)`),
      remedy: 'if the shop was open then, ingest the missing orders',
    });
  }
  const newest = days.at(-1) as string;
  const quiet = daysBetween(newest, now.toISOString().slice(0, 10));
  if (quiet > longest) {
    findings.push({
      check: 'no_new_orders',
      severity: 'warning',
      message: `the newest order is of ${newest}, ${quiet} days ago, where ${usual === 1 ? 'a day' : `${usual} days`} between orders is usual`,
      count: quiet,
      examples: [],
      remedy: 'look whether the source still delivers: batch status names the last sync of each',
    });
  }
  return findings;
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
