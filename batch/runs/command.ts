import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { ALL_PARTS, type Config } from '../config.ts';
import { createPool } from '../db/pool.ts';
import { createPersonalizeClient } from '../personalize/client.ts';
import { silentProgress } from '../progress.ts';
import { describeDuration } from '../progressScreen.ts';
import { reconcilePointer } from '../publish/reconcilePointer.ts';
import { type BatchDependencies, runBatch } from '../run.ts';
import { STEPS } from '../steps/steps.ts';
import { createObjectStore } from '../storage/objectStore.ts';
import { withLease } from './withLease.ts';

const HELP = `
Steps: check, export, import, train, infer, load, publish, prune. Each is recorded when it succeeds.
A run that was killed, stopped or failed for a reason that may pass is gone on with: same run, finished
steps skipped, jobs in Personalize found again by name and never made twice. A run that failed for good
(nothing to learn from, data refused, the same step failed five times) is closed, and the next one starts anew.
Readers see the old snapshot, whole, until publish moves the pointer.

Examples:
  batch run              finish the unfinished run, or start a new one
  batch run --fresh      give up the unfinished run, start a new one
  batch status           how far it is, and what is live

Exit codes: 0 done · 1 failed · 2 bad command or configuration · 3 another batch is at work ·
            4 stopped before the end, run it again to go on`;

export function registerRun(program: Command, context: CommandContext): void {
  program
    .command('run')
    .description('make new recommendations from the orders and put them live')
    .option('--fresh', 'give up an unfinished run and start a new one', false)
    .option('--resume', 'go on with an unfinished run (the default)', true)
    .addHelpText('after', HELP)
    .action((options: { fresh: boolean }) => runCommand(context, options));
}

async function runCommand(context: CommandContext, { fresh }: { fresh: boolean }): Promise<void> {
  const config = context.config(...ALL_PARTS);
  const startedAt = performance.now();
  await withLease(config.database.url, async (lease) => {
    const pool = createPool(config.database.url);
    try {
      const dependencies = dependenciesOf(context, config, { pool, lease });
      await catchUp(dependencies);
      const { runId, counts } = await runBatch(dependencies, STEPS, { fresh });
      const { customers } = counts.get('load') ?? {};
      const what =
        customers === undefined
          ? ''
          : `: recommendations of ${customers.toLocaleString('en-US')} customers are live`;
      context.log.info(`run ${runId} done in ${describeDuration(performance.now() - startedAt)}${what}`);
    } finally {
      await pool.end().catch(() => undefined);
    }
  });
}

function dependenciesOf(
  { clock, log, progress, signal, sleep }: CommandContext,
  config: Config,
  held: Pick<BatchDependencies, 'pool' | 'lease'>,
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
