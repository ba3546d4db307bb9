import type { Pool } from 'pg';
import { z } from 'zod';

const Row = z.object({
  run_id: z.string(),
  kind: z.enum(['run', 'step', 'job']),
  name: z.string(),
  status: z.string(),
  arn: z.string().nullable(),
  counts: z.record(z.string(), z.number()),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string() }).loose().nullable(),
  started_at: z.date(),
  finished_at: z.date().nullable(),
});
export type StatusRow = z.infer<typeof Row>;

export interface RunStatus {
  readonly run: StatusRow;
  readonly steps: readonly StatusRow[];
  readonly jobs: readonly StatusRow[];
}

/** The newest runs with their steps and cloud jobs, newest first. */
export async function readRuns(pool: Pool, limit: number): Promise<RunStatus[]> {
  const answer = await pool.query(
    `SELECT m.run_id, m.kind, m.name, m.status, m.arn, m.counts, m.error, m.started_at, m.finished_at
     FROM batch_job_metadata m
     JOIN (SELECT run_id, id AS position FROM batch_job_metadata WHERE kind = 'run' ORDER BY id DESC LIMIT $1) AS r
       USING (run_id)
     ORDER BY r.position DESC, m.id`,
    [limit],
  );
  const rows = z.array(Row).parse(answer.rows);
  const ofRun = (runId: string, kind: StatusRow['kind']) =>
    rows.filter((row) => row.run_id === runId && row.kind === kind);
  return rows
    .filter(({ kind }) => kind === 'run')
    .map((run) => ({ run, steps: ofRun(run.run_id, 'step'), jobs: ofRun(run.run_id, 'job') }));
}

const Live = z.object({
  snapshot_id: z.int(),
  run_id: z.string(),
  engine: z.string(),
  generation: z.coerce.number(),
  previous_snapshot_id: z.int().nullable(),
  data_until: z.date().nullable(),
  published_at: z.date(),
  counts: z.record(z.string(), z.number()),
});
export type LiveStatus = z.infer<typeof Live>;

/** The snapshot that Postgres means to be live, or null before the first. */
export async function readLive(pool: Pool): Promise<LiveStatus | null> {
  const answer = await pool.query(
    `SELECT s.snapshot_id, s.run_id, s.engine, l.generation, l.previous_snapshot_id, s.data_until,
            l.published_at, s.counts
     FROM live_pointer l JOIN snapshots s ON s.snapshot_id = l.live_snapshot_id`,
  );
  return answer.rows.length === 0 ? null : Live.parse(answer.rows[0]);
}
