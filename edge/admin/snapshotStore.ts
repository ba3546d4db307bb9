import * as z from 'zod';
import { lazily } from '../../shared/lazily.ts';
import type { AdminSql } from './adminStore.ts';
import { SnapshotEntry } from './shapes.ts';

const SnapshotRow = lazily(() => z.object({ snapshot: SnapshotEntry() }));

const SNAPSHOTS = `SELECT jsonb_build_object('snapshot_id', s.snapshot_id, 'state', s.state, 'engine', s.engine,
    'format', (s.manifest->>'format')::int, 'created_at', s.created_at, 'published_at', s.published_at,
    'data_until', s.data_until, 'counts', s.counts, 'live', s.snapshot_id IS NOT DISTINCT FROM l.live_snapshot_id,
    'previous', s.snapshot_id IS NOT DISTINCT FROM l.previous_snapshot_id,
    'purge_requested_at', s.purge_requested_at, 'purge_requested_by', s.purge_requested_by) AS snapshot
  FROM snapshots s, live_pointer l ORDER BY s.snapshot_id DESC LIMIT 50`;

/** The newest snapshots, newest first. */
export async function readSnapshots(sql: AdminSql): Promise<SnapshotEntry[]> {
  return (await sql.rows(SnapshotRow(), SNAPSHOTS, [])).map((row) => row.snapshot);
}
