import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { createPool } from '../db/pool.ts';
import type { HeldLease } from '../runs/lease.ts';
import { withLease } from '../runs/withLease.ts';
import type { StepCounts } from '../steps/step.ts';
import { republishLive } from './publishSnapshot.ts';
import { reconcilePointer } from './reconcilePointer.ts';

/** `batch publish`: brings KV to what Postgres says is live, after KV lost something. */
export function registerPublish(program: Command, context: CommandContext): void {
  program
    .command('publish')
    .description('write the live snapshot to KV again, as far as KV lacks it')
    .action(async () => {
      const { url } = context.config('database').database;
      await withLease(url, (lease) => publishLive(context, lease));
    });
}

async function publishLive(context: CommandContext, lease: HeldLease): Promise<void> {
  const config = context.config('database', 'kv', 'identity');
  const signal = AbortSignal.any([context.signal, lease.lost]);
  const pool = createPool(config.database.url);
  const progress = context.progress.step('publish');
  try {
    const { sleep, log } = context;
    const publishing = { pool, config, lease, progress, log, sleep, signal, random: Math.random };
    await reconcilePointer(publishing);
    const counts = await republishLive(publishing);
    progress.finish(counts);
    context.out(describe(counts));
  } catch (error) {
    progress.fail(error instanceof Error ? error.message : String(error));
    throw error;
  } finally {
    await pool.end();
  }
}

function describe(counts: StepCounts): string {
  const { snapshot_id: id, parts, kv_writes: writes, kv_bytes: bytes } = counts;
  return `snapshot ${id} is in KV: ${parts} parts, ${writes} written (${bytes} bytes)`;
}
