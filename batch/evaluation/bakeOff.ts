import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import { inTransaction } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { type LiveSnapshot, readLiveSnapshot } from '../gate/liveSnapshot.ts';
import type { StepContext } from '../steps/step.ts';
import { type Evaluation, LEAST_CUSTOMERS } from './evaluation.ts';
import { holdoutWindow } from './holdout.ts';
import { popularityAt } from './popularity.ts';
import { publishedLists } from './publishedLists.ts';
import { remakeLists } from './remakeLists.ts';
import { type ListMaker, scoreLists } from './scoreLists.ts';
import { readTestCustomers, type TestCustomer, type TestWindow } from './testCustomers.ts';

export interface Rival {
  readonly engine: 'aws' | 'embedded';
  readonly personalize: PersonalizeClient;
}

/**
 * Lists made from orders up to a cut-off, scored on what the same customers bought after it: the live snapshot's own
 * lists on the orders since, or, while those are too few, on none; the rivals' remade to the same cut-off; and what
 * was popular then. Nothing leaks: whoever made a list could not know the orders it is scored on.
 * Null without orders.
 */
export async function bakeOff(
  context: StepContext,
  rivals: readonly Rival[],
  { published = true }: { readonly published?: boolean } = {},
): Promise<Evaluation | null> {
  const { pool } = context;
  const test = await inTransaction(
    pool,
    (client) => chooseTest(client, context.clock()),
    'ISOLATION LEVEL REPEATABLE READ READ ONLY',
  );
  if (test === null) return null;
  const { kind, window, customers, live } = test;
  const enough = customers.length >= LEAST_CUSTOMERS;
  const makers: ListMaker[] = [];
  if (live !== null && published)
    makers.push(await inTransaction(pool, (client) => publishedLists(client, live, customers)));
  for (const rival of enough ? rivals : []) {
    // Published embedded lists are the embedded engine's, made to that very cut-off.
    if (published && live?.engine === 'embedded' && rival.engine === 'embedded') continue;
    const made = await remade(context, { ...rival, cutOff: window.from, customers });
    if (made !== null) makers.push(made);
  }
  makers.push(await inTransaction(pool, (client) => popularityAt(client, window.from)));
  return {
    kind,
    cut_off: window.from.toISOString(),
    until: window.until.toISOString(),
    customers: customers.length,
    contestants: scoreLists(customers, makers),
  };
}

/** Null when the engine cannot make them: then the others are compared without it, and it is told. */
async function remade(
  context: StepContext,
  remake: Parameters<typeof remakeLists>[1],
): Promise<ListMaker | null> {
  try {
    return await remakeLists(context, remake);
  } catch (error) {
    if (context.signal.aborted || !(error instanceof BatchError)) throw error;
    context.log.warn(`the ${remake.engine} engine takes no part in the comparison: ${error.message}`);
    return null;
  }
}

interface Test {
  readonly kind: Evaluation['kind'];
  readonly window: TestWindow;
  readonly customers: readonly TestCustomer[];
  /** Whose lists were published before the window; null in a holdout, which they have seen. */
  readonly live: LiveSnapshot | null;
}

/** Orders since the live snapshot; while too few customers bought since, the last weeks, kept from the list makers. */
async function chooseTest(client: Parameters<typeof readTestCustomers>[0], now: Date): Promise<Test | null> {
  const live = await readLiveSnapshot(client);
  if (live !== null) {
    const window = { from: live.data_until, until: now };
    const customers = await readTestCustomers(client, window);
    if (customers.length >= LEAST_CUSTOMERS) return { kind: 'orders_since', window, customers, live };
  }
  const window = await holdoutWindow(client, now);
  if (window === null) return null;
  return { kind: 'holdout', window, customers: await readTestCustomers(client, window), live: null };
}
