import type { ClientBase } from 'pg';
import { z } from 'zod';
import { POPULARITY_HALF_LIFE_DAYS } from '../evidence/popularity.ts';
import type { ListMaker } from './scoreLists.ts';

/** Deep enough that ten are left when what a customer bought before is passed over. */
const MOST_POPULAR = 500;

/**
 * What was popular at a moment, for everybody alike: the baseline. Guests' orders count, as in the popular lists
 * readers see. Which products were sold out then is not known.
 */
export async function popularityAt(client: ClientBase, cutOff: Date): Promise<ListMaker> {
  const answer = await client.query(
    `SELECT i.item_number FROM order_items i
     JOIN orders o USING (order_number) JOIN products p USING (item_number)
     WHERE o.status = 'completed' AND o.ordered_at <= $1 AND p.recommendable AND i.quantity > 0 AND i.price >= 0
     GROUP BY i.item_number
     ORDER BY sum(0.5 ^ (extract(epoch FROM $1::timestamptz - o.ordered_at)::float8 / 86400 / $2::float8)) DESC, i.item_number
     LIMIT ${MOST_POPULAR}`,
    [cutOff, POPULARITY_HALF_LIFE_DAYS],
  );
  const list = answer.rows.map((row) => z.object({ item_number: z.int() }).parse(row).item_number);
  return { name: 'popularity', engine: null, listOf: () => list };
}
