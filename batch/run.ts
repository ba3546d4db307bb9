import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import type { Pool } from 'pg';
import type { Config } from './config.ts';
import { pricedJobRecords } from './cost/pricedJobs.ts';
import { BatchError, EXIT } from './errors.ts';
import type { Log } from './log.ts';
import { decideRun } from './policy/planRun.ts';
import type { Progress, StepProgress } from './progress.ts';
import { explainFailure, recordFailure } from './runs/failure.ts';
import { jobRecordsOf } from './runs/jobRecords.ts';
import type { HeldLease } from './runs/lease.ts';
import { placeOf } from './runs/place.ts';
import { newRunId } from './runs/runId.ts';
import {
  openRun,
  type RunDecision,
  type RunState,
  recordDecision,
  recordStep,
  reopenRun,
  setRun,
} from './runs/runRecords.ts';
import { type Selection, WHOLE_RUN } from './runs/selection.ts';
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
  /** False: end as waiting when only cloud jobs are left to wait for. */
  readonly wait: boolean;
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal;
}

interface RunOptions {
  /** Give up an unfinished run. */
  readonly fresh: boolean;
  readonly selection?: Selection;
}

interface RunResult {
  readonly runId: string;
  readonly resumed: boolean;
  /** False when steps are left, as was asked for. */
  readonly finished: boolean;
  readonly counts: ReadonlyMap<StepName, StepCounts>;
}

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
  { fresh, selection = WHOLE_RUN }: RunOptions,
): Promise<RunResult> {
  const { config, pool, clock, random, log } = dependencies;
  const { resumableMs } = config.personalize;
  const { from, until } = selection;
  const place = placeOf(config);
  const run =
    from === null || fresh
      ? await openRun(pool, { place, newRunId: newRunId(clock(), random), fresh, resumableMs })
      : await reopenRun(pool, place, (done) => checkReached(steps, done, from));
  dependencies.progress.run(run.runId);
  log.info(
    run.resumed
      ? `going on with run ${run.runId} of ${run.startedAt.toISOString()} (batch run --fresh starts a new one)`
      : `run ${run.runId}, ${config.personalize.engine} engine, environment ${config.environment}`,
  );
  const decision = await decisionOf(dependencies, run);
  const signal = AbortSignal.any([dependencies.signal, dependencies.lease.lost]);
  const counts = countsBefore(run);
  const last = steps.findIndex(({ name }) => name === until);
  let again = false;
  for (const step of last < 0 ? steps : steps.slice(0, last + 1)) {
    again ||= step.name === from;
    if (isDone(run.steps.get(step.name)) && !again) log.info(`✓ ${step.name.padEnd(8)} done before`);
    else if (decision.outputsOf !== run.runId && ONLY_TO_INFER.has(step.name)) {
      await skip(dependencies, run, { step: step.name, why: decision.why });
    } else {
      const earlier: ReadonlyMap<StepName, StepCounts> = counts;
      counts.set(step.name, await runStep({ dependencies, run, step, earlier, signal, decision, again }));
    }
  }
  const finished = last < 0 || steps.slice(last + 1).every(({ name }) => isDone(run.steps.get(name)));
  await setRun(pool, run.runId, finished ? 'succeeded' : 'waiting', null);
  return { runId: run.runId, resumed: run.resumed, finished, counts };
}

/** What a run that loads another one's outputs leaves out. */
const ONLY_TO_INFER: ReadonlySet<StepName> = new Set(['export', 'import', 'train', 'infer']);

function isDone(row: { readonly status: string } | undefined): boolean {
  return row?.status === 'succeeded' || row?.status === 'skipped';
}

function countsBefore({ steps }: RunState): Map<StepName, StepCounts> {
  return new Map([...steps].filter(([, row]) => isDone(row)).map(([name, row]) => [name, row.counts]));
}

/** Decided once a run, so that a run that is gone on with does as it began. */
async function decisionOf(dependencies: BatchDependencies, run: RunState): Promise<RunDecision> {
  if (run.decided !== null) return run.decided;
  const { pool, log } = dependencies;
  try {
    const { train, why, ...rest } = await decideRun(dependencies);
    const decision = { outputsOf: 'outputsOf' in rest ? rest.outputsOf : run.runId, why };
    await recordDecision(pool, run.runId, decision);
    log.info(train ? `it trains: ${why}` : `it does not train, and loads the outputs there are: ${why}`);
    return decision;
  } catch (error) {
    const explained = explainFailure(dependencies.signal.aborted ? dependencies.signal.reason : error);
    await recordFailure(dependencies, { run, step: null, error: explained });
    throw explained;
  }
}

async function skip(
  { pool, log }: BatchDependencies,
  { runId }: RunState,
  { step, why }: { readonly step: StepName; readonly why: string },
): Promise<void> {
  await recordStep(pool, { runId, step, status: 'skipped', note: why });
  log.info(`- ${step.padEnd(8)} skipped: ${why}`);
}

function checkReached(steps: readonly Step[], done: RunState['steps'], from: StepName): void {
  const before = steps.slice(
    0,
    steps.findIndex(({ name }) => name === from),
  );
  const missing = before.find(({ name }) => !isDone(done.get(name)));
  if (missing === undefined) return;
  throw new BatchError({
    code: 'step_missing',
    message: `the newest run cannot begin with ${from}: ${missing.name} has not been done`,
    remedy: `batch run --from ${missing.name}`,
    exitCode: EXIT.usage,
  });
}

interface StepRun {
  readonly dependencies: BatchDependencies;
  readonly run: RunState;
  readonly step: Step;
  readonly earlier: ReadonlyMap<StepName, StepCounts>;
  readonly signal: AbortSignal;
  readonly decision: RunDecision;
  readonly again: boolean;
}

async function runStep(stepRun: StepRun): Promise<StepCounts> {
  const { dependencies, run, step, signal } = stepRun;
  const { pool, progress } = dependencies;
  const line = progress.step(step.name);
  try {
    signal.throwIfAborted();
    await recordStep(pool, { runId: run.runId, step: step.name, status: 'running' });
    const context = makeContext({ ...stepRun, line });
    const counts = await untilStopped(step.run(context), signal);
    await recordStep(pool, { runId: run.runId, step: step.name, status: 'succeeded', counts });
    line.finish(counts);
    return counts;
  } catch (error) {
    const explained = explainFailure(signal.aborted ? signal.reason : error);
    line.fail(explained.code);
    await recordFailure(dependencies, { run, step: step.name, error: explained });
    throw explained;
  }
}

function makeContext({
  dependencies,
  run,
  line,
  earlier,
  signal,
  decision,
  again,
}: Omit<StepRun, 'step'> & { readonly line: StepProgress }): StepContext {
  const { config, pool, s3, personalize, lease, log, clock, random } = dependencies;
  return {
    runId: run.runId,
    outputsOf: decision.outputsOf,
    again,
    wait: dependencies.wait,
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
