import * as z from 'zod';
import type { AdminSql } from './adminStore.ts';

const SnapshotRow = z.object({
  snapshot: z.object({
    snapshot_id: z.int(),
    state: z.string(),
    engine: z.string(),
    format: z.int().nullable(),
    created_at: z.string(),
    published_at: z.string().nullable(),
    data_until: z.string().nullable(),
    counts: z.record(z.string(), z.unknown()),
    live: z.boolean(),
    previous: z.boolean(),
    purge_requested_at: z.string().nullable(),
    purge_requested_by: z.string().nullable(),
  }),
});

const SNAPSHOTS = `SELECT jsonb_build_object('snapshot_id', s.snapshot_id, 'state', s.state, 'engine', s.engine,
    'format', (s.manifest->>'format')::int, 'created_at', s.created_at, 'published_at', s.published_at,
    'data_until', s.data_until, 'counts', s.counts, 'live', s.snapshot_id IS NOT DISTINCT FROM l.live_snapshot_id,
    'previous', s.snapshot_id IS NOT DISTINCT FROM l.previous_snapshot_id,
    'purge_requested_at', s.purge_requested_at, 'purge_requested_by', s.purge_requested_by) AS snapshot
  FROM snapshots s, live_pointer l ORDER BY s.snapshot_id DESC LIMIT 50`;

/** The newest snapshots, newest first. */
export async function readSnapshots(sql: AdminSql): Promise<z.infer<typeof SnapshotRow>['snapshot'][]> {
  return (await sql.rows(SnapshotRow, SNAPSHOTS, [])).map((row) => row.snapshot);
}
