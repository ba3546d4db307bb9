import type { ClientBase } from 'pg';
import type { LiveSnapshot } from '../gate/liveSnapshot.ts';
import type { Evaluation } from './evaluation.ts';
import { popularityAt } from './popularity.ts';
import { publishedLists } from './publishedLists.ts';
import { scoreLists } from './scoreLists.ts';
import { readTestCustomers } from './testCustomers.ts';

/**
 * Scores the live snapshot's own lists, and what was popular when they were made, on the orders since. Nothing
 * leaks: lists that stand cannot have seen later orders. Future dates are left out.
 */
export async function evaluateLive(client: ClientBase, live: LiveSnapshot, now: Date): Promise<Evaluation> {
  const customers = await readTestCustomers(client, { from: live.data_until, until: now });
  const makers = [await publishedLists(client, live, customers), await popularityAt(client, live.data_until)];
  return {
    kind: 'orders_since',
    cut_off: live.data_until.toISOString(),
    until: now.toISOString(),
    customers: customers.length,
    contestants: scoreLists(customers, makers),
  };
}
