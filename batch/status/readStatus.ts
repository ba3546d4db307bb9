import { desc, eq, getTableColumns } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { z } from 'zod';
import { livePointer, snapshots } from '../../shared/schema/results.ts';
import { batchJobMetadata } from '../../shared/schema/runs.ts';
import { isCertainlyDead } from '../runs/holder.ts';

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
  outputs_of: z.string().nullable(),
  note: z.string().nullable(),
});
export type StatusRow = z.infer<typeof Row>;

export interface RunStatus {
  readonly run: StatusRow;
  readonly steps: readonly StatusRow[];
  readonly jobs: readonly StatusRow[];
}

/** The newest runs with their steps and cloud jobs, newest first. */
export async function readRuns(pool: Pool, limit: number): Promise<RunStatus[]> {
  const db = drizzle(pool);
  const newest = db
    .select({ run_id: batchJobMetadata.run_id, position: batchJobMetadata.id })
    .from(batchJobMetadata)
    .where(eq(batchJobMetadata.kind, 'run'))
    .orderBy(desc(batchJobMetadata.id))
    .limit(limit)
    .as('newest');
  const found = await db
    .select(getTableColumns(batchJobMetadata))
    .from(batchJobMetadata)
    .innerJoin(newest, eq(newest.run_id, batchJobMetadata.run_id))
    .orderBy(desc(newest.position), batchJobMetadata.id);
  return tellInterrupted(pool, runsOf(z.array(Row).parse(found)));
}

/** One run with its steps and cloud jobs, or null; without an id the newest. */
export async function readRun(pool: Pool, runId: string | null): Promise<RunStatus | null> {
  if (runId === null) return (await readRuns(pool, 1))[0] ?? null;
  const found = await drizzle(pool)
    .select()
    .from(batchJobMetadata)
    .where(eq(batchJobMetadata.run_id, runId))
    .orderBy(batchJobMetadata.id);
  return (await tellInterrupted(pool, runsOf(z.array(Row).parse(found))))[0] ?? null;
}

function runsOf(rows: readonly StatusRow[]): RunStatus[] {
  const ofRun = (runId: string, kind: StatusRow['kind']) =>
    rows.filter((row) => row.run_id === runId && row.kind === kind);
  return rows
    .filter(({ kind }) => kind === 'run')
    .map((run) => ({ run, steps: ofRun(run.run_id, 'step'), jobs: ofRun(run.run_id, 'job') }));
}

/** A run that was killed could not write so down and still says that it runs: then no living process holds the lease. */
async function tellInterrupted(pool: Pool, runs: RunStatus[]): Promise<RunStatus[]> {
  if (!runs.some(({ run }) => run.status === 'running') || (await isLeaseHeld(pool))) return runs;
  return runs.map((one) => {
    if (one.run.status !== 'running') return one;
    const run = { ...one.run, status: 'interrupted', error: INTERRUPTED };
    const steps = one.steps.map((step) =>
      step.status === 'running' ? { ...step, status: 'interrupted' } : step,
    );
    return { ...one, run, steps };
  });
}

const INTERRUPTED = {
  code: 'interrupted',
  message:
    'its process ended unexpectedly (killed, out of memory, the machine or the database went down); nothing half-done is live',
  remedy: 'batch run: it goes on where this one ended, and pays for no job twice',
};

async function isLeaseHeld(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query(
    `SELECT holder FROM lease WHERE name = 'batch' AND expires_at > clock_timestamp()`,
  );
  return z
    .array(z.object({ holder: z.string() }))
    .parse(rows)
    .some(({ holder }) => !isCertainlyDead(holder));
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
  const [live] = await drizzle(pool)
    .select({
      snapshot_id: snapshots.snapshot_id,
      run_id: snapshots.run_id,
      engine: snapshots.engine,
      generation: livePointer.generation,
      previous_snapshot_id: livePointer.previous_snapshot_id,
      data_until: snapshots.data_until,
      published_at: livePointer.published_at,
      counts: snapshots.counts,
    })
    .from(livePointer)
    .innerJoin(snapshots, eq(snapshots.snapshot_id, livePointer.live_snapshot_id));
  return live === undefined ? null : Live.parse(live);
}
