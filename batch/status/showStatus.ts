import type { CommandContext } from '../command.ts';
import { explainDatabaseError } from '../db/explainDatabaseError.ts';
import { createPool } from '../db/pool.ts';
import { lookAtKv } from './lookAtKv.ts';
import { readLive, readRuns } from './readStatus.ts';
import { statusLines } from './statusLines.ts';

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
