import type { ClientBase } from 'pg';
import { z } from 'zod';
import { SnapshotLayout } from '../../shared/snapshot/layout.ts';

const Snapshot = z.object({
  snapshot_id: z.int(),
  run_id: z.string(),
  engine: z.enum(['aws', 'embedded']),
  layout: SnapshotLayout,
  counts: z.record(z.string(), z.number()),
  data_until: z.date(),
});
/** The snapshot readers see, as far as a new one is held against it. */
export type LiveSnapshot = z.infer<typeof Snapshot>;

/** Null before the first, or when its rows are gone. */
export async function readLiveSnapshot(client: ClientBase): Promise<LiveSnapshot | null> {
  const answer = await client.query(
    `SELECT snapshot_id, run_id, engine, layout, counts, coalesce(data_until, created_at) AS data_until
     FROM snapshots WHERE snapshot_id = (SELECT live_snapshot_id FROM live_pointer)
       AND to_regclass('snapshot_users_' || snapshot_id) IS NOT NULL`,
  );
  return answer.rows.length === 0 ? null : Snapshot.parse(answer.rows[0]);
}
