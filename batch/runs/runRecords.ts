import { and, desc, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { z } from 'zod';
import { batchJobMetadata } from '../../shared/schema/runs.ts';
import { BatchError, EXIT } from '../errors.ts';
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
  outputs_of: z.string().nullable(),
  note: z.string().nullable(),
  started_at: z.date(),
  age_ms: z.coerce.number(),
});

const { run_id, kind, name, status, counts, error, started_at, outputs_of, note } = batchJobMetadata;
/** Columns of RunRow; the age is taken by the clock that started_at was taken by. */
const RUN_COLUMNS = {
  run_id,
  status,
  error,
  outputs_of,
  note,
  started_at,
  age_ms: sql`1000 * extract(epoch FROM clock_timestamp() - ${started_at})`,
};

export interface RunState {
  readonly runId: string;
  readonly startedAt: Date;
  /** True when an earlier process began it. */
  readonly resumed: boolean;
  /** What it decided on training when it began; null until then. */
  readonly decided: RunDecision | null;
  readonly steps: ReadonlyMap<StepName, StepRow>;
}

export interface RunDecision {
  /** The run whose recommender's outputs are loaded: itself when it infers. */
  readonly outputsOf: string;
  readonly why: string;
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
  const [made] = await drizzle(pool)
    .insert(batchJobMetadata)
    .values({ run_id: request.newRunId, kind: 'run', name: request.place, status: 'running' })
    .returning(RUN_COLUMNS);
  const run = RunRow.parse(made);
  return { runId: run.run_id, startedAt: run.started_at, resumed: false, decided: null, steps: new Map() };
}

/**
 * The newest run of the place, whatever became of it; `check` may refuse it before anything is changed.
 * Throws BatchError `no_run` when there is none.
 */
export async function reopenRun(
  pool: Pool,
  place: string,
  check: (steps: RunState['steps']) => void,
): Promise<RunState> {
  const newest = await readNewest(pool, place);
  if (newest === null) throw noRun(place);
  check(await readSteps(pool, newest.run_id));
  return resume(pool, newest);
}

function noRun(place: string): BatchError {
  return new BatchError({
    code: 'no_run',
    message: `there is no run of ${place} to go on with`,
    remedy: 'batch run starts one; batch runs lists what there is',
    exitCode: EXIT.usage,
  });
}

async function resume(pool: Pool, run: z.infer<typeof RunRow>): Promise<RunState> {
  const runId = run.run_id;
  await setRun(pool, runId, 'running', null);
  return { ...stateOf(run), steps: await readSteps(pool, runId) };
}

function stateOf(run: z.infer<typeof RunRow>): Omit<RunState, 'steps'> {
  const { run_id: runId, started_at: startedAt, outputs_of: outputsOf, note: why } = run;
  const decided = outputsOf === null ? null : { outputsOf, why: why ?? '' };
  return { runId, startedAt, resumed: true, decided };
}

/** The run that `batch run` would go on with, untouched, or null when it would start a new one. */
export async function unfinishedRun(
  pool: Pool,
  { place, resumableMs }: Pick<OpenRun, 'place' | 'resumableMs'>,
): Promise<RunState | null> {
  const newest = await readNewest(pool, place);
  if (newest === null || !isUnfinished(newest) || newest.age_ms > resumableMs) return null;
  return { ...stateOf(newest), steps: await readSteps(pool, newest.run_id) };
}

/** Kept, so that a run that is gone on with does as it began. */
export async function recordDecision(pool: Pool, runId: string, decision: RunDecision): Promise<void> {
  await drizzle(pool)
    .update(batchJobMetadata)
    .set({ outputs_of: decision.outputsOf, note: decision.why })
    .where(and(eq(kind, 'run'), eq(run_id, runId)));
}

function isUnfinished({ status, error }: z.infer<typeof RunRow>): boolean {
  return (
    status === 'running' || status === 'waiting' || (status === 'failed' && error !== null && !error.final)
  );
}

async function readNewest(pool: Pool, place: string): Promise<z.infer<typeof RunRow> | null> {
  const [newest] = await drizzle(pool)
    .select(RUN_COLUMNS)
    .from(batchJobMetadata)
    .where(and(eq(kind, 'run'), eq(name, place)))
    .orderBy(desc(batchJobMetadata.id))
    .limit(1);
  return newest === undefined ? null : RunRow.parse(newest);
}

async function readSteps(pool: Pool, runId: string): Promise<Map<StepName, StepRow>> {
  const rows = await drizzle(pool)
    .select({ name, status, counts, error })
    .from(batchJobMetadata)
    .where(and(eq(kind, 'step'), eq(run_id, runId)));
  return new Map(
    z
      .array(StepRow)
      .parse(rows)
      .map((row) => [row.name, row]),
  );
}

/** Ends or reopens a run. */
export async function setRun(
  pool: Pool,
  runId: string,
  to: 'running' | 'waiting' | 'succeeded' | 'failed' | 'held',
  failure: RecordedError | null,
): Promise<void> {
  await drizzle(pool)
    .update(batchJobMetadata)
    .set({
      status: to,
      error: failure,
      finished_at: to === 'running' || to === 'waiting' ? null : sql`clock_timestamp()`,
    })
    .where(and(eq(kind, 'run'), eq(run_id, runId)));
}

interface StepOutcome {
  readonly runId: string;
  readonly step: StepName;
  readonly status: 'running' | 'waiting' | 'succeeded' | 'failed' | 'skipped' | 'held';
  readonly counts?: StepCounts;
  readonly error?: RecordedError | null;
  /** Why it was skipped. */
  readonly note?: string;
}

/** Writes the row of a step. While it runs, the error of its last attempt stays to be read. */
export async function recordStep(pool: Pool, outcome: StepOutcome): Promise<void> {
  const now = sql`clock_timestamp()`;
  const written = { status: outcome.status, counts: outcome.counts ?? {}, note: outcome.note ?? null };
  const failure = outcome.error ?? null;
  const begins = outcome.status === 'running';
  await drizzle(pool)
    .insert(batchJobMetadata)
    .values({
      run_id: outcome.runId,
      kind: 'step',
      name: outcome.step,
      ...written,
      error: failure,
      started_at: now,
    })
    .onConflictDoUpdate({
      target: [run_id, kind, name],
      set: begins
        ? { ...written, started_at: now, finished_at: null }
        : { ...written, error: failure, finished_at: now },
    });
}
