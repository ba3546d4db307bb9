import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { createPool, explainDatabaseError } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { createKvStore } from '../publish/kvStore.ts';
import { readKvPointer } from '../publish/livePointer.ts';
import { readLive, readRuns } from './readStatus.ts';
import { type KvStatus, statusLines } from './statusLines.ts';

const Options = z.object({ json: z.boolean(), runs: z.coerce.number().int().min(1).max(1000) });

export function registerStatus(program: Command, context: CommandContext): void {
  program
    .command('status')
    .description('show the last runs, the live snapshot, and what readers see')
    .option('--json', 'as one JSON object', false)
    .option('--runs <n>', 'how many runs', '5')
    .addHelpText('after', '\nExamples:\n  batch status\n  batch status --json --runs 1 | jq .live')
    .action((options) => showStatus(context, Options.parse(options)));
}

async function showStatus(
  context: CommandContext,
  { json, runs: limit }: z.infer<typeof Options>,
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
