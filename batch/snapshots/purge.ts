import { inTransaction } from '../db/pool.ts';
import { type PruneContext, pruneSnapshots } from '../publish/pruneSnapshots.ts';
import type { StepCounts } from '../steps/step.ts';
import { auditChange } from './audit.ts';
import { readPublishedSnapshots } from './publishedSnapshots.ts';

/**
 * Gives up all but the newest `keep` snapshots (the live one always stays) and deletes what only they needed from
 * KV, Postgres and S3. Call it with the lease held. Repeating it deletes what is left.
 */
export async function purgeSnapshots(context: PruneContext, keep: number): Promise<StepCounts> {
  const givenUp = await inTransaction(context.pool, async (client) => {
    await context.lease.assertHeld(client);
    const published = await readPublishedSnapshots(client);
    const stay = published.filter(({ given_up, place }) => place === 'live' || !given_up);
    const others = stay.filter(({ place }) => place !== 'live').slice(Math.max(0, keep - 1));
    for (const { snapshot_id: id, place } of others) {
      await client.query(
        `UPDATE snapshots SET purge_requested_at = now(), purge_requested_by = 'batch' WHERE snapshot_id = $1`,
        [id],
      );
      await auditChange(client, {
        action: 'snapshot.purge',
        subject: String(id),
        before: place,
        after: 'purge requested',
      });
    }
    return others.length;
  });
  return { snapshots_given_up: givenUp, ...(await pruneSnapshots(context, { keepRun: null })) };
}
