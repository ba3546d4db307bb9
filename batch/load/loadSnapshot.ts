import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { inTransaction } from '../db/pool.ts';
import { indexCustomerOrders } from '../evidence/customerOrders.ts';
import { indexItemLines } from '../evidence/itemLines.ts';
import { rankPairs } from '../evidence/pairs.ts';
import { newestTime } from '../evidence/popularity.ts';
import { makePopularLists } from '../evidence/popularLists.ts';
import { readEvidence } from '../evidence/readEvidence.ts';
import type { StepContext, StepCounts } from '../steps/step.ts';
import { createCoverage } from './coverage.ts';
import { layoutOf } from './layoutOf.ts';
import { loadDocuments } from './loadDocuments.ts';
import { loadLists } from './loadLists.ts';
import { loadUsers } from './loadUsers.ts';
import { dropPartition, PARTITIONED } from './partition.ts';
import { readAffinity } from './readAffinity.ts';
import { createRepeatPolicy } from './repeatPolicy.ts';
import { beginSnapshot, finishSnapshot, type NewSnapshot, snapshotOfRun } from './snapshotRow.ts';

/** Pairs kept of an item: enough to find reasons and to stay long after sold-out ones are dropped. */
const PAIRS_KEPT = 64;

/**
 * Turns the run's outputs and the shop's orders into one snapshot in Postgres, seen by nobody until it is
 * published. Begins anew after a crash: what an earlier attempt left of this snapshot is dropped.
 */
export async function loadSnapshot(context: StepContext): Promise<StepCounts> {
  const { pool, config, runId } = context;
  const present = await inTransaction(pool, (client) => snapshotOfRun(client, runId));
  // Finished before the step could be recorded: loading again would pull it from under its readers.
  const settled = context.again ? ['published'] : ['ready', 'held', 'published'];
  if (present !== null && settled.includes(present.state)) {
    return { snapshot_id: present.snapshot_id, ...present.counts };
  }
  context.progress.update({ done: 0, note: 'reading orders' });
  const evidence = await readEvidence(pool, createCustomerKeyer(config.identity.idHashKey));
  const { book, products } = evidence;
  const itemLines = indexItemLines(book);
  const customerOrders = indexCustomerOrders(book);
  const layout = layoutOf(config.lengths, products.maxItem);
  const pairs = rankPairs(book, itemLines, Math.max(PAIRS_KEPT, layout.pairs));
  const popular = makePopularLists({
    book,
    products,
    placeNames: evidence.places.names,
    limit: Math.max(layout.popular, layout.user_recommendations, layout.similar),
  });
  const coverage = createCoverage(book, products, pairs);
  const repeats = createRepeatPolicy(config.policy.repeats, products);
  if (repeats.unknown.length > 0)
    context.log.warn(`REPEATS names categories that no product has: ${repeats.unknown.join(', ')}`);
  const affinity = await readAffinity(context, evidence, layout.user_affinity);
  const snapshotId = await begin(context, {
    layout,
    dataUntil: newestTime(book),
    lastOrder: evidence.lastOrder,
  });
  const counts = await inTransaction(pool, async (client) => {
    const shared = { snapshotId, evidence, pairs, popular, coverage, layout };
    const lists = await loadLists(context, client, { ...shared, itemLines });
    const users = await loadUsers(context, client, { ...shared, customerOrders, affinity, repeats });
    await loadDocuments(client, { snapshotId, evidence, itemLines, customerOrders, pairs });
    const all = {
      ...users,
      ...lists,
      ...coverage.counts(),
      orders: book.orderCount,
      lines: book.items.length,
    };
    await finishSnapshot(client, snapshotId, all);
    return all;
  });
  return { snapshot_id: snapshotId, ...counts };
}

async function begin(
  { pool, config, runId }: StepContext,
  snapshot: Pick<NewSnapshot, 'layout' | 'dataUntil' | 'lastOrder'>,
): Promise<number> {
  const client = await pool.connect();
  try {
    const { engine } = config.personalize;
    const snapshotId = await beginSnapshot(client, { runId, engine, ...snapshot });
    for (const table of PARTITIONED) await dropPartition(client, table, snapshotId);
    return snapshotId;
  } finally {
    client.release();
  }
}
