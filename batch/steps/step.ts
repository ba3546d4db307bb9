import type { PersonalizeClient } from '@aws-sdk/client-personalize';
import type { Pool } from 'pg';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import type { StepProgress } from '../progress.ts';
import type { JobRecords } from '../runs/jobRecords.ts';
import type { Lease } from '../runs/lease.ts';
import type { ObjectStore } from '../storage/objectStore.ts';

/** Numbers worth keeping about a step; shown by `batch status`, stored in batch_job_metadata.counts. */
export type StepCounts = Readonly<Record<string, number>>;

export const STEP_NAMES = [
  'check',
  'export',
  'import',
  'train',
  'infer',
  'load',
  'gate',
  'publish',
  'prune',
] as const;
export type StepName = (typeof STEP_NAMES)[number];

/** Everything a step may touch. Nothing below it reads the environment, the clock or a global client. */
export interface StepContext {
  readonly runId: string;
  /** The run whose recommender's outputs are loaded: this one, unless it was decided not to infer anew. */
  readonly outputsOf: string;
  /** True: what this run did before is to be done again, as far as nobody sees it yet. */
  readonly again: boolean;
  /** False: with nothing but cloud jobs left to wait for, the run ends as waiting. */
  readonly wait: boolean;
  /** When the run began, maybe in an earlier process. */
  readonly startedAt: Date;
  readonly config: Config;
  readonly pool: Pool;
  readonly s3: ObjectStore;
  readonly personalize: PersonalizeClient;
  /** The line of the running step: call update() as often as you like; the runner opens and finishes it. */
  readonly progress: StepProgress;
  readonly clock: () => Date;
  /** Resolves after that many milliseconds; rejects when the process is asked to stop. */
  readonly sleep: (ms: number) => Promise<void>;
  /** In [0, 1): spreads polling. */
  readonly random: () => number;
  readonly lease: Lease;
  readonly jobs: JobRecords;
  readonly log: Log;
  /** Counts of the steps of this run that have succeeded so far, also in an earlier process. */
  readonly earlier: ReadonlyMap<StepName, StepCounts>;
  /** Aborted on SIGTERM or when the lease is lost: long loops and streams give up at once. */
  readonly signal: AbortSignal;
}

/**
 * One stage of a run. It must be idempotent: after kill -9 at any instant it runs again from the start
 * with the same runId, finds what it did before, and does only what is missing.
 */
export interface Step {
  readonly name: StepName;
  run(context: StepContext): Promise<StepCounts>;
}
