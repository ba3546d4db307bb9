import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import type { Pool } from 'pg';
import type { Config } from './config.ts';
import { pricedJobRecords } from './cost/pricedJobs.ts';
import { explainDatabaseError } from './db/explainDatabaseError.ts';
import { BatchError, EXIT } from './errors.ts';
import type { Log } from './log.ts';
import type { Progress, StepProgress } from './progress.ts';
import { jobRecordsOf } from './runs/jobRecords.ts';
import type { HeldLease } from './runs/lease.ts';
import {
  newRunId,
  openRun,
  type RecordedError,
  type RunState,
  recordStep,
  setRun,
} from './runs/runRecords.ts';
import type { Step, StepContext, StepCounts, StepName } from './steps/step.ts';
import type { ObjectStore } from './storage/objectStore.ts';

export interface BatchDependencies {
  readonly config: Config;
  readonly pool: Pool;
  readonly s3: ObjectStore;
  readonly personalize: PersonalizeClient;
  readonly lease: HeldLease;
  readonly progress: Progress;
  readonly log: Log;
  readonly clock: () => Date;
  readonly random: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal;
}

interface RunResult {
  readonly runId: string;
  readonly resumed: boolean;
  readonly counts: ReadonlyMap<StepName, StepCounts>;
}

/** A step that has failed this often in one run will not succeed: the run is closed. */
const MAX_ATTEMPTS = 5;
/** Time a step has to wind up once it was told to stop. */
const GRACE_MS = 5000;

/**
 * Runs the steps in order, each once per run: finishes the unfinished run of this environment and
 * engine if there is one, or starts a new one. Every step's outcome is recorded as it happens.
 * Throws the error of the step that failed; the run is closed when the error is final, else the next
 * call goes on with it.
 */
export async function runBatch(
  dependencies: BatchDependencies,
  steps: readonly Step[],
  { fresh }: { readonly fresh: boolean },
): Promise<RunResult> {
  const { config, pool, clock, random, log } = dependencies;
  const place = `${config.environment}/${config.personalize.engine}`;
  const { resumableMs } = config.personalize;
  const run = await openRun(pool, { place, newRunId: newRunId(clock(), random), fresh, resumableMs });
  log.info(
    run.resumed
      ? `going on with run ${run.runId} of ${run.startedAt.toISOString()} (batch run --fresh starts a new one)`
      : `run ${run.runId}, ${config.personalize.engine} engine, environment ${config.environment}`,
  );
  const signal = AbortSignal.any([dependencies.signal, dependencies.lease.lost]);
  const counts = new Map<StepName, StepCounts>();
  for (const step of steps) {
    const before = run.steps.get(step.name);
    if (before?.status === 'succeeded') {
      counts.set(step.name, before.counts);
      log.info(`✓ ${step.name.padEnd(8)} done before`);
      continue;
    }
    counts.set(step.name, await runStep({ dependencies, run, step, earlier: counts, signal }));
  }
  await setRun(pool, run.runId, 'succeeded', null);
  return { runId: run.runId, resumed: run.resumed, counts };
}

interface StepRun {
  readonly dependencies: BatchDependencies;
  readonly run: RunState;
  readonly step: Step;
  readonly earlier: ReadonlyMap<StepName, StepCounts>;
  readonly signal: AbortSignal;
}

async function runStep({ dependencies, run, step, earlier, signal }: StepRun): Promise<StepCounts> {
  const { pool, progress } = dependencies;
  const line = progress.step(step.name);
  try {
    signal.throwIfAborted();
    await recordStep(pool, { runId: run.runId, step: step.name, status: 'running' });
    const context = makeContext({ dependencies, run, line, earlier, signal });
    const counts = await untilStopped(step.run(context), signal);
    await recordStep(pool, { runId: run.runId, step: step.name, status: 'succeeded', counts });
    line.finish(counts);
    return counts;
  } catch (error) {
    const explained = explain(signal.aborted ? signal.reason : error);
    line.fail(explained.code);
    await recordFailure(dependencies, run, step.name, explained);
    throw explained;
  }
}

function makeContext({
  dependencies,
  run,
  line,
  earlier,
  signal,
}: Omit<StepRun, 'step'> & { readonly line: StepProgress }): StepContext {
  const { config, pool, s3, personalize, lease, log, clock, random } = dependencies;
  return {
    runId: run.runId,
    startedAt: run.startedAt,
    config,
    pool,
    s3,
    personalize,
    progress: line,
    clock,
    random,
    sleep: (ms) => dependencies.sleep(ms, signal),
    lease,
    jobs: pricedJobRecords(jobRecordsOf(pool, run.runId), {
      pool,
      runId: run.runId,
      config,
      personalize,
      earlier,
    }),
    log,
    earlier,
    signal,
  };
}

/** The step's result; once stopped, it may wind up for a few seconds and is then left behind. */
function untilStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    const giveUp = (): void => {
      setTimeout(() => reject(signal.reason), GRACE_MS).unref();
    };
    signal.addEventListener('abort', giveUp, { once: true });
  });
  return Promise.race([work, stopped]);
}

function explain(error: unknown): BatchError {
  const explained = explainDatabaseError(error);
  if (explained instanceof BatchError) return explained;
  return new BatchError({
    code: 'unexpected',
    message: explained instanceof Error ? explained.message : String(explained),
    remedy:
      'run batch run again, it goes on where this one stopped; with --debug it shows where the error comes from',
    cause: explained,
  });
}

/** Best effort: with the database gone there is nothing to write to, and a run left 'running' is resumed as well. */
async function recordFailure(
  { pool, log }: BatchDependencies,
  run: RunState,
  step: StepName,
  error: BatchError,
): Promise<void> {
  const { code, message, remedy } = error;
  // Being stopped or overtaken says nothing about the step.
  const interrupted = error.exitCode === EXIT.waiting || code === 'lease_lost';
  const attempts = (run.steps.get(step)?.error?.attempts ?? 0) + (interrupted ? 0 : 1);
  const recorded: RecordedError = {
    code,
    message,
    remedy,
    final: error.final || attempts >= MAX_ATTEMPTS,
    attempts,
  };
  const status = interrupted ? 'waiting' : error.exitCode === EXIT.held ? 'held' : 'failed';
  // Whoever took over the lease writes the run's rows now.
  if (code === 'lease_lost') return;
  try {
    await recordStep(pool, { runId: run.runId, step, status, error: recorded });
    await setRun(pool, run.runId, status, recorded);
  } catch {
    log.warn('the failure could not be recorded in the database; the next batch run goes on with this run');
  }
}
