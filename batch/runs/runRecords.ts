import type { Pool } from 'pg';
import { z } from 'zod';
import type { StepCounts, StepName } from '../steps/step.ts';
import { STEP_NAMES } from '../steps/step.ts';

/** What is kept of a failure: enough to act on without the logs. */
export const RecordedError = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  /** True: the run is closed. */
  final: z.boolean().default(false),
  /** How often this step has failed in this run. */
  attempts: z.int().default(1),
});
export type RecordedError = z.infer<typeof RecordedError>;

const StepRow = z.object({
  name: z.enum(STEP_NAMES),
  status: z.string(),
  counts: z.record(z.string(), z.number()),
  error: RecordedError.nullable().catch(null),
});
type StepRow = z.infer<typeof StepRow>;

const RunRow = z.object({
  run_id: z.string(),
  status: z.string(),
  error: RecordedError.nullable().catch(null),
  started_at: z.date(),
  age_ms: z.coerce.number(),
});

/** Columns of RunRow; the age is taken by the clock that started_at was taken by. */
const RUN_COLUMNS = `run_id, status, error, started_at,
  1000 * extract(epoch FROM clock_timestamp() - started_at) AS age_ms`;

export interface RunState {
  readonly runId: string;
  readonly startedAt: Date;
  /** True when an earlier process began it. */
  readonly resumed: boolean;
  readonly steps: ReadonlyMap<StepName, StepRow>;
}

interface OpenRun {
  /** `environment/engine`: runs of another environment or engine are never resumed. */
  readonly place: string;
  readonly newRunId: string;
  /** Close an unfinished run instead of going on with it. */
  readonly fresh: boolean;
  /** An unfinished run that began longer ago is given up: its orders are out of date. */
  readonly resumableMs: number;
}

/**
 * The newest run of the place if it is unfinished, else a new one. Call it with the lease held.
 * Unfinished: killed, asked to stop, or failed for a reason that may pass.
 */
export async function openRun(pool: Pool, request: OpenRun): Promise<RunState> {
  const newest = await readNewest(pool, request.place);
  if (newest !== null && isUnfinished(newest)) {
    const reason = request.fresh
      ? 'for a fresh run'
      : newest.age_ms > request.resumableMs
        ? 'as too old'
        : null;
    if (reason === null) return resume(pool, newest);
    await setRun(pool, newest.run_id, 'failed', {
      code: 'abandoned',
      message: `given up ${reason}`,
      remedy: 'none needed: the next run was started',
      final: true,
      attempts: 1,
    });
  }
  const made = await pool.query(
    `INSERT INTO batch_job_metadata (run_id, kind, name, status) VALUES ($1, 'run', $2, 'running')
     RETURNING ${RUN_COLUMNS}`,
    [request.newRunId, request.place],
  );
  const { run_id, started_at } = RunRow.parse(made.rows[0]);
  return { runId: run_id, startedAt: started_at, resumed: false, steps: new Map() };
}

async function resume(pool: Pool, { run_id, started_at }: z.infer<typeof RunRow>): Promise<RunState> {
  await setRun(pool, run_id, 'running', null);
  return { runId: run_id, startedAt: started_at, resumed: true, steps: await readSteps(pool, run_id) };
}

function isUnfinished({ status, error }: z.infer<typeof RunRow>): boolean {
  return (
    status === 'running' || status === 'waiting' || (status === 'failed' && error !== null && !error.final)
  );
}

async function readNewest(pool: Pool, place: string): Promise<z.infer<typeof RunRow> | null> {
  const answer = await pool.query(
    `SELECT ${RUN_COLUMNS} FROM batch_job_metadata
     WHERE kind = 'run' AND name = $1 ORDER BY id DESC LIMIT 1`,
    [place],
  );
  return answer.rows.length === 0 ? null : RunRow.parse(answer.rows[0]);
}

async function readSteps(pool: Pool, runId: string): Promise<Map<StepName, StepRow>> {
  const answer = await pool.query(
    `SELECT name, status, counts, error FROM batch_job_metadata WHERE kind = 'step' AND run_id = $1`,
    [runId],
  );
  return new Map(
    z
      .array(StepRow)
      .parse(answer.rows)
      .map((row) => [row.name, row]),
  );
}

/** Ends or reopens a run. */
export async function setRun(
  pool: Pool,
  runId: string,
  status: 'running' | 'waiting' | 'succeeded' | 'failed' | 'held',
  error: RecordedError | null,
): Promise<void> {
  await pool.query(
    `UPDATE batch_job_metadata SET status = $2, error = $3,
       finished_at = CASE WHEN $2 IN ('running', 'waiting') THEN NULL ELSE clock_timestamp() END
     WHERE kind = 'run' AND run_id = $1`,
    [runId, status, error === null ? null : JSON.stringify(error)],
  );
}

interface StepOutcome {
  readonly runId: string;
  readonly step: StepName;
  readonly status: 'running' | 'waiting' | 'succeeded' | 'failed';
  readonly counts?: StepCounts;
  readonly error?: RecordedError | null;
}

/** Writes the row of a step. While it runs, the error of its last attempt stays to be read. */
export async function recordStep(
  pool: Pool,
  { runId, step, status, counts, error }: StepOutcome,
): Promise<void> {
  await pool.query(
    `INSERT INTO batch_job_metadata (run_id, kind, name, status, counts, error, started_at, finished_at)
     VALUES ($1, 'step', $2, $3, $4, $5, clock_timestamp(), NULL)
     ON CONFLICT (run_id, kind, name) DO UPDATE SET
       status = excluded.status, counts = excluded.counts,
       error = CASE WHEN excluded.status = 'running' THEN batch_job_metadata.error ELSE excluded.error END,
       started_at = CASE WHEN excluded.status = 'running' THEN excluded.started_at ELSE batch_job_metadata.started_at END,
       finished_at = CASE WHEN excluded.status = 'running' THEN NULL ELSE clock_timestamp() END`,
    [runId, step, status, JSON.stringify(counts ?? {}), error ? JSON.stringify(error) : null],
  );
}

/** `20261122-091500-7f3a`: sorts by time, and fits into Personalize's names. */
export function newRunId(now: Date, random: () => number): string {
  const time = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const tail = Math.floor(random() * 65_536)
    .toString(16)
    .padStart(4, '0');
  return `${time}-${tail}`;
}
