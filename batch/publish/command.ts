import type { Command } from 'commander';
import type { CommandContext } from '../command.ts';
import { createPool } from '../db/pool.ts';
import { describeHolder } from '../runs/holder.ts';
import { acquireLease } from '../runs/lease.ts';
import type { StepCounts } from '../steps/step.ts';
import { republishLive } from './publishSnapshot.ts';
import { reconcilePointer } from './reconcilePointer.ts';

/** The lease of everything that changes what is live; `batch run` takes the same one. */
const LEASE_TTL_MS = 30_000;

/** `batch publish`: brings KV to what Postgres says is live, after KV lost something. */
export function registerPublish(program: Command, context: CommandContext): void {
  program
    .command('publish')
    .description('write the live snapshot to KV again, as far as KV lacks it')
    .action(async () => {
      const config = context.config('database', 'environment', 'kv');
      const lease = await acquireLease({
        databaseUrl: config.database.url,
        name: config.environment,
        holder: describeHolder(),
        ttlMs: LEASE_TTL_MS,
      });
      const pool = createPool(config.database.url);
      const progress = context.progress.step('publish');
      try {
        const signal = AbortSignal.any([context.signal, lease.lost]);
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
        await lease.release();
      }
    });
}

function describe(counts: StepCounts): string {
  const { snapshot_id: id, parts, kv_writes: writes, kv_bytes: bytes } = counts;
  return `snapshot ${id} is in KV: ${parts} parts, ${writes} written (${bytes} bytes)`;
}
