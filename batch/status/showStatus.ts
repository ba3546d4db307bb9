import type { CommandContext } from '../command.ts';
import { withPool } from '../db/pool.ts';
import { readEngineChoice } from '../evaluation/autoEngine.ts';
import type { EngineChoice } from '../evaluation/chooseEngine.ts';
import { readEvaluations } from '../evaluation/evaluations.ts';
import { readNewestReport } from '../gate/gateReport.ts';
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
  await withPool(database.url, async (pool) => {
    const [runs, live, kv, gate, evaluations] = await Promise.all([
      readRuns(pool, limit),
      readLive(pool),
      lookAtKv(context),
      readNewestReport(pool),
      readEvaluations(pool, 1),
    ]);
    const evaluation = evaluations[0]?.result ?? null;
    const engine = await readChoice(context);
    const status = { now: context.clock(), runs, live, kv, gate, evaluation, engine };
    if (json) context.out(JSON.stringify(status));
    else for (const line of statusLines(status)) context.out(line);
  });
}

/** Which engine the next run takes and why; null unless ENGINE=auto leaves it to the bake-off. */
async function readChoice(context: CommandContext): Promise<EngineChoice | null> {
  const { database, engines } = context.config('database', 'engines');
  return engines.engine === 'auto' ? readEngineChoice(database.url) : null;
}
