import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { TestWindow } from './testCustomers.ts';

/** What `score` promises: purchases within four weeks. */
const HORIZON_DAYS = 28;
/** Of a short history only so much is kept back, that enough is left to learn from. */
const LARGEST_SHARE = 0.2;

const Span = z.object({ first: z.date().nullable(), last: z.date().nullable() });

/** The last four weeks of orders, or a fifth of a shorter history; null without orders. Future dates do not count. */
export async function holdoutWindow(client: ClientBase, now: Date): Promise<TestWindow | null> {
  const answer = await client.query(
    `SELECT min(ordered_at) AS first, max(ordered_at) AS last FROM orders
     WHERE status = 'completed' AND ordered_at <= $1`,
    [now],
  );
  const { first, last } = Span.parse(answer.rows[0]);
  if (first === null || last === null) return null;
  const span = last.getTime() - first.getTime();
  const kept = Math.min(HORIZON_DAYS * 86_400_000, LARGEST_SHARE * span);
  return { from: new Date(last.getTime() - kept), until: last };
}
