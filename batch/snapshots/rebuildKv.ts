import { inTransaction } from '../db/pool.ts';
import { publishableSnapshot } from '../publish/publishable.ts';
import type { PublishContext } from '../publish/publishContext.ts';
import { republishLive } from '../publish/publishSnapshot.ts';
import { writeSnapshot } from '../publish/writeSnapshot.ts';
import type { StepCounts } from '../steps/step.ts';
import { readPublishedSnapshots } from './publishedSnapshots.ts';

/**
 * Fills an empty, new or damaged KV namespace from Postgres: the previous snapshot, then the live one and the
 * pointer, last. Parts that are there and whole are not written again. Call it with the lease held.
 */
export async function rebuildKv(context: PublishContext): Promise<StepCounts> {
  const published = await inTransaction(context.pool, readPublishedSnapshots);
  const previous = published.find(({ place, given_up }) => place === 'previous' && !given_up);
  const before = previous === undefined ? null : await rebuildOne(context, previous.snapshot_id);
  const live = await republishLive(context);
  return {
    ...live,
    previous_snapshot_id: before === null ? 0 : (previous?.snapshot_id ?? 0),
    kv_writes: (live['kv_writes'] ?? 0) + (before?.kv_writes ?? 0),
    kv_bytes: (live['kv_bytes'] ?? 0) + (before?.kv_bytes ?? 0),
  };
}

/** Null when its rows are gone from Postgres: then the live one must do. */
async function rebuildOne(context: PublishContext, id: number) {
  const snapshot = await inTransaction(context.pool, (client) => publishableSnapshot(client, id));
  if (snapshot === null) {
    context.log.warn(`snapshot ${id} is no longer in Postgres: only the live one is written`);
    return null;
  }
  const { manifest, catalogue, counts } = await writeSnapshot(context, snapshot, { suspicious: true });
  // Its catalogue is today's now: what a rollback will look for.
  await context.pool.query('UPDATE snapshots SET manifest = $2, catalogue = $3 WHERE snapshot_id = $1', [
    id,
    JSON.stringify(manifest),
    catalogue,
  ]);
  return counts;
}
