import type { ClientBase } from 'pg';
import { z } from 'zod';
import { Manifest } from '../../shared/snapshot/manifest.ts';

export const PublishedSnapshot = z.object({
  snapshot_id: z.int(),
  manifest: Manifest,
  place: z.enum(['live', 'previous', 'kept']),
  /** Given up by hand: the next prune deletes it. */
  given_up: z.boolean(),
  published_at: z.date().nullable(),
});
export type PublishedSnapshot = z.infer<typeof PublishedSnapshot>;

/** Every snapshot that has been live and is not deleted, newest first. */
export async function readPublishedSnapshots(client: ClientBase): Promise<PublishedSnapshot[]> {
  const { rows } = await client.query(
    `SELECT s.snapshot_id, s.manifest, s.published_at, s.purge_requested_at IS NOT NULL AS given_up,
            CASE s.snapshot_id WHEN l.live_snapshot_id THEN 'live' WHEN l.previous_snapshot_id THEN 'previous'
                               ELSE 'kept' END AS place
     FROM snapshots s CROSS JOIN live_pointer l
     WHERE s.manifest IS NOT NULL AND s.published_at IS NOT NULL
     ORDER BY s.published_at DESC, s.snapshot_id DESC`,
  );
  return z.array(PublishedSnapshot).parse(rows);
}
