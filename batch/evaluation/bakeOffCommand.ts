import type { CommandContext } from '../command.ts';
import { ALL_PARTS } from '../config.ts';
import { refuseOverCap } from '../cost/costCaps.ts';
import { withPool } from '../db/pool.ts';
import { BatchError, EXIT } from '../errors.ts';
import { createPersonalizeClient } from '../personalize/client.ts';
import { jobRecordsOf } from '../runs/jobRecords.ts';
import { newRunId } from '../runs/runId.ts';
import { withLease } from '../runs/withLease.ts';
import type { StepContext } from '../steps/step.ts';
import { createObjectStore } from '../storage/objectStore.ts';
import { bakeOff } from './bakeOff.ts';
import type { BakeOffOptions } from './command.ts';
import { readEvaluations, type StoredEvaluation, storeEvaluation } from './evaluations.ts';
import { resultLines } from './resultLines.ts';
import { embeddedRival, ownRival } from './rivals.ts';

/** `batch bakeoff`: compares now, keeps and prints the result; with `--last` prints the newest. */
export async function bakeOffCommand(context: CommandContext, options: BakeOffOptions): Promise<void> {
  const { database } = context.config('database');
  await withPool(database.url, async (pool) => {
    if (!options.last) await compareNow(context, pool, options);
    const [newest] = await readEvaluations(pool, 1);
    if (newest === undefined) throw nothingCompared();
    show(context, newest, options);
  });
}

function show(context: CommandContext, { run_id, result }: StoredEvaluation, { json }: BakeOffOptions): void {
  if (json) context.out(JSON.stringify({ run_id, ...result }));
  else for (const line of resultLines(result)) context.out(line);
}

async function compareNow(
  context: CommandContext,
  pool: StepContext['pool'],
  { paid }: BakeOffOptions,
): Promise<void> {
  const config = context.config(...ALL_PARTS);
  if (paid && config.personalize.engine !== 'aws') throw notAws();
  await withLease(config.database.url, async (lease) => {
    const { clock, log } = context;
    const runId = newRunId(clock(), Math.random);
    const signal = AbortSignal.any([context.signal, lease.lost]);
    const progress = context.progress.step('bakeoff');
    const step: StepContext = {
      ...{ runId, outputsOf: runId, again: false, wait: true, startedAt: clock(), earlier: new Map() },
      ...{ config, pool, lease, log, clock, progress, signal, random: Math.random },
      s3: createObjectStore(config.s3),
      personalize: createPersonalizeClient(config.personalize),
      sleep: (ms) => context.sleep(ms, signal),
      jobs: jobRecordsOf(pool, runId),
    };
    try {
      if (paid) await refuseOverCap(step);
      // Without another address the engine that runs here is the embedded one, and costs nothing.
      const embedded = embeddedRival(config);
      const own = paid || (config.personalize.engine === 'embedded' && embedded.length === 0);
      const evaluation = await bakeOff(step, [...(own ? [ownRival(step)] : []), ...embedded]);
      if (evaluation === null) throw nothingCompared();
      await keep(step, evaluation);
      progress.finish({ customers: evaluation.customers, list_makers: evaluation.contestants.length });
    } catch (error) {
      progress.fail(error instanceof BatchError ? error.code : 'unexpected');
      throw error;
    }
  });
}

async function keep({ pool, runId }: StepContext, evaluation: StoredEvaluation['result']): Promise<void> {
  const client = await pool.connect();
  try {
    await storeEvaluation(client, runId, evaluation);
  } finally {
    client.release();
  }
}

function nothingCompared(): BatchError {
  return new BatchError({
    code: 'nothing_compared',
    message: 'nothing has been compared yet',
    remedy: 'load orders and make a first run: batch run; then batch bakeoff',
  });
}

function notAws(): BatchError {
  return new BatchError({
    code: 'usage',
    message: '--paid trains Amazon Personalize, but the embedded engine is set',
    remedy: 'leave --paid out, or unset AWS_ENDPOINT_URL_PERSONALIZE and ENGINE',
    exitCode: EXIT.usage,
  });
}
