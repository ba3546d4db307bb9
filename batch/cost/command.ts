import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { withPool } from '../db/pool.ts';
import { BatchError, EXIT } from '../errors.ts';
import { trainingsAMonth } from '../schedule/trainingTimes.ts';
import { USUAL_SYNCS_A_MONTH, usualRunsAMonth } from '../schedule/usualTimes.ts';
import { costLines } from './costLines.ts';
import { forecastCost } from './forecast.ts';

const HELP = `
From what is in the database now, at the prices of batch/cost/prices.ts (PRICES overrides them). Where it is not
known what will be billed, as with training hours before the first run, it is said from–to.

Examples:
  batch cost                       the engine that is configured, at its usual times
  batch cost --runs 30             if it ran every day; RETRAIN says which of the runs train
  batch cost --requests 20000000   with so many requests to the Worker in a month
  batch cost --json | jq .month.usd`;

const atLeast0 = z.coerce.number().min(0);
const Options = z.object({
  json: z.boolean(),
  runs: atLeast0.optional(),
  syncs: atLeast0,
  requests: atLeast0.optional(),
});

/** `batch cost`: what a run and a month cost. */
export function registerCost(program: Command, context: CommandContext): void {
  program
    .command('cost')
    .description('forecast what a run and a month cost, beside other ways to do the same')
    .option('--json', 'as one JSON object', false)
    .option('--runs <n>', 'runs in a month [aws 1; embedded 30]')
    .option('--syncs <n>', 'syncs in a month', String(USUAL_SYNCS_A_MONTH))
    .option('--requests <n>', 'requests to the Worker in a month [MONTHLY_REQUESTS]')
    .addHelpText('after', HELP)
    .action(async (raw: unknown) => {
      const { json, runs, syncs, requests } = parseOptions(raw);
      const config = context.config('database', 'environment', 'personalize', 'lengths', 'money', 'policy');
      await withPool(config.database.url, async (pool) => {
        const runsAMonth = runs ?? usualRunsAMonth(config.personalize.engine);
        const forecast = await forecastCost(pool, {
          config,
          runs: runsAMonth,
          trainings: trainingsAMonth(runsAMonth, config.policy.retrain),
          syncs,
          requests: requests ?? config.money.monthlyRequests,
          now: context.clock(),
        });
        if (json) context.out(JSON.stringify(forecast));
        else for (const line of costLines(forecast)) context.out(line);
      });
    });
}

function parseOptions(raw: unknown): z.infer<typeof Options> {
  const read = Options.safeParse(raw);
  if (read.success) return read.data;
  throw new BatchError({
    code: 'usage',
    message: `--${String(read.error.issues[0]?.path[0])} takes a number that is not below 0`,
    remedy: 'for example: batch cost --runs 2 --requests 5000000',
    exitCode: EXIT.usage,
  });
}
