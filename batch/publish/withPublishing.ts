import type { CommandContext } from '../command.ts';
import type { Config, ConfigPart } from '../config.ts';
import { closePool, createPool } from '../db/pool.ts';
import { withLease } from '../runs/withLease.ts';
import type { PublishContext } from './publishContext.ts';
import { reconcilePointer } from './reconcilePointer.ts';

type Publishing<P extends ConfigPart> = PublishContext & { readonly config: Pick<Config, P> };

/**
 * Runs a command that changes what readers see: with the lease held, after the pointer has caught up with
 * what an earlier process left, and with one line of progress that `work` may finish by its counts.
 */
export async function withPublishing<T, P extends ConfigPart = never>(
  context: CommandContext,
  { name, parts = [] }: { readonly name: string; readonly parts?: readonly P[] },
  work: (publishing: Publishing<P>) => Promise<T>,
): Promise<T> {
  const config = context.config<'database' | 'kv' | 'identity' | P>('database', 'kv', 'identity', ...parts);
  return withLease(config.database.url, async (lease) => {
    const signal = AbortSignal.any([context.signal, lease.lost]);
    const pool = createPool(config.database.url);
    const progress = context.progress.step(name);
    const { log } = context;
    const sleep = (ms: number) => context.sleep(ms, signal);
    try {
      const publishing = { pool, config, lease, progress, log, sleep, signal, random: Math.random };
      await reconcilePointer(publishing);
      return await work(publishing);
    } catch (error) {
      progress.fail(error instanceof Error ? error.message : String(error));
      throw signal.aborted ? signal.reason : error;
    } finally {
      await closePool(pool);
    }
  });
}
