import type { ClientBase } from 'pg';
import { z } from 'zod';
import { SnapshotLayout } from '../../shared/snapshot/layout.ts';

/** A loaded snapshot, as publishing needs it. */
export const PublishableSnapshot = z.object({
  snapshot_id: z.int(),
  run_id: z.string(),
  engine: z.enum(['aws', 'embedded']),
  layout: SnapshotLayout,
  counts: z.record(z.string(), z.number()),
  data_until: z.date().nullable(),
  created_at: z.date(),
});
export type PublishableSnapshot = z.infer<typeof PublishableSnapshot>;

const SELECT = 'SELECT snapshot_id, run_id, engine, layout, counts, data_until, created_at FROM snapshots';

/** The run's snapshot if its load has finished, else null. */
export async function snapshotToPublish(
  client: ClientBase,
  runId: string,
): Promise<PublishableSnapshot | null> {
  const answer = await client.query(`${SELECT} WHERE run_id = $1 AND state IN ('ready', 'published')`, [
    runId,
  ]);
  return answer.rows.length === 0 ? null : PublishableSnapshot.parse(answer.rows[0]);
}

export async function liveSnapshot(client: ClientBase): Promise<PublishableSnapshot | null> {
  const answer = await client.query(
    `${SELECT} WHERE snapshot_id = (SELECT live_snapshot_id FROM live_pointer)`,
  );
  return answer.rows.length === 0 ? null : PublishableSnapshot.parse(answer.rows[0]);
}

/** A published snapshot whose rows are still there, else null. */
export async function publishableSnapshot(
  client: ClientBase,
  snapshotId: number,
): Promise<PublishableSnapshot | null> {
  const answer = await client.query(
    `${SELECT} WHERE snapshot_id = $1 AND state = 'published'
     AND to_regclass('snapshot_users_' || snapshot_id) IS NOT NULL`,
    [snapshotId],
  );
  return answer.rows.length === 0 ? null : PublishableSnapshot.parse(answer.rows[0]);
}
