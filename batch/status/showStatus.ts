import type { CommandContext } from '../command.ts';
import { explainDatabaseError } from '../db/explainDatabaseError.ts';
import { createPool } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { createKvStore } from '../publish/kvStore.ts';
import { readKvPointer } from '../publish/livePointer.ts';
import { readLive, readRuns } from './readStatus.ts';
import { type KvStatus, statusLines } from './statusLines.ts';

interface StatusOptions {
  readonly json: boolean;
  /** How many runs. */
  readonly runs: number;
}

/** `batch status`: what ran, what is live, what readers see. */
export async function showStatus(
  context: CommandContext,
  { json, runs: limit }: StatusOptions,
): Promise<void> {
  const { database } = context.config('database');
  const pool = createPool(database.url);
  try {
    const [runs, live, kv] = await Promise.all([readRuns(pool, limit), readLive(pool), lookAtKv(context)]);
    const status = { now: context.clock(), runs, live, kv };
    if (json) context.out(JSON.stringify(status));
    else for (const line of statusLines(status)) context.out(line);
  } catch (error) {
    throw explainDatabaseError(error);
  } finally {
    await pool.end();
  }
}

const KV_PATIENCE_MS = 3000;

/** What readers are told, if it can be seen from here: the configuration for it may be absent. */
async function lookAtKv(context: CommandContext): Promise<KvStatus> {
  try {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(KV_PATIENCE_MS)]);
    const kv = createKvStore(context.config('kv').kv, { fetch, firstWaitMs: 200, signal });
    const pointer = await readKvPointer(kv);
    return { pointer, problem: null };
  } catch (error) {
    const configured = !(error instanceof BatchError && error.code === 'bad_config');
    return { pointer: null, problem: configured ? 'KV does not answer' : 'KV is not configured here' };
  }
}
