import type { ClientBase } from 'pg';
import { z } from 'zod';
import { Manifest } from '../../shared/snapshot/manifest.ts';

/** Manifests that stay in KV; of them live and previous also stay in Postgres. */
const KEPT_IN_KV = 3;

export interface KeptSnapshots {
  /** Live and previous: their rows stay. */
  readonly inPostgres: readonly number[];
  /** Of all that stay in KV. */
  readonly manifests: readonly Manifest[];
  /** Runs whose objects in S3 stay. */
  readonly runIds: readonly string[];
}

const Row = z.object({ snapshot_id: z.int(), run_id: z.string(), manifest: Manifest, stays: z.boolean() });

/** Live, previous, and the latest published before them, but none given up by hand; null while nothing is live. */
export async function readKeptSnapshots(client: ClientBase): Promise<KeptSnapshots | null> {
  const answer = await client.query(
    `SELECT s.snapshot_id, s.run_id, s.manifest,
            s.snapshot_id = l.live_snapshot_id OR s.snapshot_id IS NOT DISTINCT FROM l.previous_snapshot_id AS stays
     FROM snapshots s CROSS JOIN live_pointer l
     WHERE s.manifest IS NOT NULL AND l.live_snapshot_id IS NOT NULL
       AND (s.purge_requested_at IS NULL OR s.snapshot_id = l.live_snapshot_id)
     ORDER BY stays DESC, s.published_at DESC NULLS LAST, s.snapshot_id DESC
     LIMIT ${KEPT_IN_KV}`,
  );
  const rows = answer.rows.map((row) => Row.parse(row));
  const stay = rows.filter((row) => row.stays);
  if (stay.length === 0) return null;
  return {
    inPostgres: stay.map((row) => row.snapshot_id),
    manifests: rows.map((row) => row.manifest),
    runIds: stay.map((row) => row.run_id),
  };
}
