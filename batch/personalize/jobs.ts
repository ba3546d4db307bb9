import { BatchError } from '../errors.ts';
import type { StepContext, StepCounts } from '../steps/step.ts';
import { errorName } from './errors.ts';
import type { JobBoard } from './jobBoard.ts';
import { callPatiently, growingWaits } from './patience.ts';
import { stillAtWork } from './stillAtWork.ts';

export interface CloudState {
  readonly arn: string;
  /** CREATE PENDING, CREATE IN_PROGRESS, ACTIVE, CREATE FAILED … */
  readonly status: string;
  readonly failureReason: string | null;
  readonly createdAt: Date | null;
}

/** Something Personalize makes in its own time, found again by its name. */
export interface CloudJob {
  /** Name of its row in batch_job_metadata, e.g. `import/users`. */
  readonly record: string;
  /** Name in Personalize, the same in every attempt to run this run. */
  readonly name: string;
  /** What it works on, as far as this run's export counted it: kept with the job's record. */
  readonly counts: StepCounts;
  find(name: string): Promise<CloudState | null>;
  /** @returns its ARN */
  create(name: string): Promise<string>;
  describe(arn: string): Promise<CloudState>;
}

/** Jobs cannot be deleted, so one that failed is tried again under another name, this often. */
const MAX_TRIES = 3;

/**
 * Sees a job through and records it: goes on with the one an earlier process made, or makes it. So a job
 * is made once, also when the process is killed between the call and its record.
 * @returns the ARN of the job, ACTIVE
 */
export async function completeJob(context: StepContext, job: CloudJob, board: JobBoard): Promise<string> {
  const { arn, failed } = await findOrCreate(context, job);
  if (arn === null) throw failedTooOften(job, failed);
  const record = { name: job.record, arn, counts: job.counts };
  await context.jobs.record({ ...record, status: 'running' });
  const startedAt = context.clock().getTime();
  for (const wait of growingWaits(context.config.personalize, context.random)) {
    const state = await callPatiently(context, `describing ${job.record}`, () => job.describe(arn));
    board.set(job.record, state.status);
    if (state.status === 'ACTIVE') {
      await context.jobs.record({ ...record, status: 'succeeded' });
      return arn;
    }
    const age = context.clock().getTime() - (state.createdAt?.getTime() ?? startedAt);
    const problem = hasFailed(state)
      ? failure(job, state)
      : age > context.config.personalize.jobTimeoutMs
        ? overdue(job, state, age)
        : null;
    if (problem !== null) {
      const { code, message, remedy } = problem;
      await context.jobs.record({ ...record, status: 'failed', error: { code, message, remedy } });
      throw problem;
    }
    if (!context.wait) throw stillAtWork(`${job.record} is ${state.status.toLowerCase()}`);
    await context.sleep(wait);
  }
  throw new Error('growingWaits never ends');
}

/** The first attempt that has not failed, made if it is not there; arn null when all have failed. */
async function findOrCreate(
  context: StepContext,
  job: CloudJob,
): Promise<{ arn: string | null; failed: CloudState | null }> {
  let failed: CloudState | null = null;
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const name = attempt === 1 ? job.name : `${job.name}-${attempt}`;
    const found = await callPatiently(context, `looking for ${job.record}`, () => job.find(name));
    if (found === null) return { arn: await create(context, job, name), failed };
    if (!hasFailed(found)) return { arn: found.arn, failed };
    failed = found;
  }
  return { arn: null, failed };
}

async function create(context: StepContext, job: CloudJob, name: string): Promise<string> {
  let isRetry = false;
  return callPatiently(context, `creating ${job.record}`, async () => {
    // A call whose answer got lost has made it all the same; not every kind of job refuses a second of its name.
    const made = isRetry ? await job.find(name) : null;
    isRetry = true;
    if (made !== null) return made.arn;
    try {
      return await job.create(name);
    } catch (error) {
      const found = errorName(error) === 'ResourceAlreadyExistsException' ? await job.find(name) : null;
      if (found === null) throw error;
      return found.arn;
    }
  });
}

function hasFailed({ status }: CloudState): boolean {
  return status.endsWith('FAILED') || status === 'CREATE STOPPED';
}

function failure(job: CloudJob, { failureReason, status }: CloudState): BatchError {
  return new BatchError({
    code: 'job_failed',
    message: `Personalize could not do ${job.record} (${job.name}): ${firstLine(failureReason ?? status)}`,
    remedy:
      'put right what the reason says; batch run then tries this job again under a new name and keeps the others',
  });
}

/** A stack may follow it, which belongs into no table. */
function firstLine(reason: string): string {
  return reason.split('\n', 1)[0] ?? reason;
}

function failedTooOften(job: CloudJob, failed: CloudState | null): BatchError {
  return new BatchError({
    code: 'job_failed',
    message: `Personalize has failed ${job.record} ${MAX_TRIES} times: ${firstLine(failed?.failureReason ?? failed?.status ?? 'no reason given')}`,
    remedy: 'put right what the reason says; this run is closed, batch run starts a new one',
    final: true,
  });
}

function overdue(job: CloudJob, { status }: CloudState, ageMs: number): BatchError {
  return new BatchError({
    code: 'job_timeout',
    message: `${job.record} (${job.name}) is still ${status} after ${Math.round(ageMs / 3_600_000)} hours`,
    remedy:
      'look at it in the AWS console; batch run goes on waiting with a larger JOB_TIMEOUT_HOURS, batch run --fresh starts anew',
  });
}
