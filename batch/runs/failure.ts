import type { Pool } from 'pg';
import { explainDatabaseError } from '../db/explainDatabaseError.ts';
import { BatchError, EXIT } from '../errors.ts';
import type { Log } from '../log.ts';
import type { StepName } from '../steps/step.ts';
import { type RecordedError, type RunState, recordStep, setRun } from './runRecords.ts';

/** A step that has failed this often in one run will not succeed: the run is closed. */
const MAX_ATTEMPTS = 5;
/** A database that hangs must not keep a process that is to end. */
const RECORDING_MS = 2000;
const INTERRUPTED: ReadonlySet<number> = new Set([EXIT.stopped, EXIT.waiting]);

/** Whatever was thrown, as something a person can act on. */
export function explainFailure(error: unknown): BatchError {
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

interface Failure {
  readonly run: RunState;
  /** Null: before the first step. */
  readonly step: StepName | null;
  readonly error: BatchError;
}

/** Best effort: with the database gone there is nothing to write to, and a run left 'running' is resumed as well. */
export async function recordFailure(
  { pool, log }: { readonly pool: Pool; readonly log: Log },
  { run, step, error }: Failure,
): Promise<void> {
  const { code, message, remedy } = error;
  // Whoever took over the lease writes the run's rows now.
  if (code === 'lease_lost') return;
  // Being stopped or left to the clouds says nothing about the step.
  const interrupted = INTERRUPTED.has(error.exitCode);
  const before = step === null ? 0 : (run.steps.get(step)?.error?.attempts ?? 0);
  const attempts = before + (interrupted ? 0 : 1);
  const final = error.final || attempts >= MAX_ATTEMPTS;
  const recorded: RecordedError = { code, message, remedy, final, attempts };
  const status = interrupted ? 'waiting' : error.exitCode === EXIT.held ? 'held' : 'failed';
  const record = async (): Promise<void> => {
    if (step !== null) await recordStep(pool, { runId: run.runId, step, status, error: recorded });
    await setRun(pool, run.runId, status, recorded);
  };
  const patience = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('the database does not answer')), RECORDING_MS).unref();
  });
  try {
    await Promise.race([record(), patience]);
  } catch {
    log.warn('the failure could not be recorded in the database; the next batch run goes on with this run');
  }
}
