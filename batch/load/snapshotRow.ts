import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { SnapshotLayout } from '../../shared/snapshot/layout.ts';

const SnapshotRow = z.object({
  snapshot_id: z.int(),
  state: z.enum(['loading', 'ready', 'published', 'held', 'failed', 'pruned']),
  counts: z.record(z.string(), z.number()),
});

/** The snapshot of a run, or null before its load began. */
export async function snapshotOfRun(
  client: ClientBase,
  runId: string,
): Promise<z.infer<typeof SnapshotRow> | null> {
  const answer = await client.query(`SELECT snapshot_id, state, counts FROM snapshots WHERE run_id = $1`, [
    runId,
  ]);
  return answer.rows.length === 0 ? null : SnapshotRow.parse(answer.rows[0]);
}

export interface NewSnapshot {
  readonly runId: string;
  readonly engine: 'aws' | 'embedded';
  readonly layout: SnapshotLayout;
  /** Seconds since 1970 of the newest order. */
  readonly dataUntil: number | null;
  /** Number of the newest order it knows. */
  readonly lastOrder: number | null;
}

/** Makes the run's snapshot, or takes it up again as loading. Returns its id. */
export async function beginSnapshot(client: ClientBase, snapshot: NewSnapshot): Promise<number> {
  const answer = await client.query(
    `INSERT INTO snapshots (run_id, state, engine, layout, data_until, last_order_number)
     VALUES ($1, 'loading', $2, $3, to_timestamp($4), $5)
     ON CONFLICT (run_id) DO UPDATE
     SET state = 'loading', engine = excluded.engine, layout = excluded.layout,
         data_until = excluded.data_until, last_order_number = excluded.last_order_number,
         manifest = NULL, counts = '{}'
     RETURNING snapshot_id`,
    [
      snapshot.runId,
      snapshot.engine,
      JSON.stringify(snapshot.layout),
      snapshot.dataUntil,
      snapshot.lastOrder,
    ],
  );
  return z.object({ snapshot_id: z.int() }).parse(answer.rows[0]).snapshot_id;
}

/** The snapshot is whole and may be published. */
export async function finishSnapshot(
  client: ClientBase,
  snapshotId: number,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  await client.query(`UPDATE snapshots SET state = 'ready', counts = $2 WHERE snapshot_id = $1`, [
    snapshotId,
    JSON.stringify(counts),
  ]);
}
