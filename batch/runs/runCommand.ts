import type { CommandContext } from '../command.ts';
import { ALL_PARTS, type Config } from '../config.ts';
import { closePool, createPool } from '../db/pool.ts';
import { requireSchema } from '../db/requireSchema.ts';
import { createPersonalizeClient } from '../personalize/client.ts';
import { silentProgress } from '../progress.ts';
import { describeDuration } from '../progressScreen.ts';
import { reconcilePointer } from '../publish/reconcilePointer.ts';
import { type BatchDependencies, runBatch } from '../run.ts';
import { STEPS } from '../steps/steps.ts';
import { createObjectStore } from '../storage/objectStore.ts';
import type { RunCommandOptions } from './command.ts';
import { readSelection } from './selection.ts';
import { withLease } from './withLease.ts';

/**
 * `batch run`: holds the lease, catches up with what an earlier process left, and runs the steps.
 * @returns what was done, in a sentence; null when the run is not at its end
 */
export async function runCommand(
  context: CommandContext,
  options: RunCommandOptions,
): Promise<string | null> {
  const selection = readSelection(options);
  const config = context.config(...ALL_PARTS);
  const startedAt = performance.now();
  return withLease(config.database.url, async (lease) => {
    const pool = createPool(config.database.url);
    try {
      await requireSchema(pool, context.log);
      const dependencies = dependenciesOf(context, config, { pool, lease, wait: options.wait });
      await catchUp(dependencies);
      const { runId, counts, finished } = await runBatch(dependencies, STEPS, {
        fresh: options.fresh,
        selection,
      });
      if (!finished) {
        context.log.info(
          `run ${runId} stops behind ${selection.until}, as asked for; batch run goes on with it`,
        );
        return null;
      }
      const { customers } = counts.get('load') ?? {};
      const what =
        customers === undefined
          ? ''
          : `: recommendations of ${customers.toLocaleString('en-US')} customers are live`;
      const done = `run ${runId} done in ${describeDuration(performance.now() - startedAt)}${what}`;
      context.log.info(done);
      return done;
    } finally {
      await closePool(pool);
    }
  });
}

function dependenciesOf(
  { clock, log, progress, signal, sleep }: CommandContext,
  config: Config,
  held: Pick<BatchDependencies, 'pool' | 'lease' | 'wait'>,
): BatchDependencies {
  return {
    ...held,
    config,
    s3: createObjectStore(config.s3),
    personalize: createPersonalizeClient(config.personalize),
    progress,
    log,
    clock,
    random: Math.random,
    sleep,
    signal,
  };
}

/** A process that died between declaring a snapshot live and telling readers left that to the next one. */
async function catchUp(dependencies: BatchDependencies): Promise<void> {
  try {
    await reconcilePointer({
      ...dependencies,
      progress: silentProgress.step('catch up'),
      sleep: (ms) => dependencies.sleep(ms, dependencies.signal),
    });
  } catch (error) {
    if (dependencies.signal.aborted) throw dependencies.signal.reason;
    dependencies.log.warn(`KV could not be looked at: ${error instanceof Error ? error.message : error}`);
  }
}
