import type { Command } from 'commander';
import { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { times } from '../cost/costLine.ts';
import { forecastCost } from '../cost/forecast.ts';
import { withPool } from '../db/pool.ts';
import { countTimes, timesOfYear } from './countTimes.ts';
import { type ScheduledTask, scheduleLines } from './scheduleLines.ts';
import { trainingTimes } from './trainingTimes.ts';
import { USUAL_TIME_ZONE, USUAL_TIMES } from './usualTimes.ts';

const HELP = `
The usual times: the ERP every 6 hours, Shopify daily at 02:00, the run daily at 03:00 with the embedded engine and on
the first of the month at 03:00 on AWS, all in UTC. Nothing is set up: the lines are for pasting.

Examples:
  batch schedule
  batch schedule --run '0 3 1,15 * *' --timezone Europe/Berlin
  batch schedule --json | jq .month.usd`;

const Options = z.object({
  json: z.boolean(),
  run: z.string().optional(),
  sync: z.string(),
  shopify: z.string(),
  timezone: z.string(),
});

/** `batch schedule`: when the batch works, what that costs, and the lines that make it so. */
export function registerSchedule(program: Command, context: CommandContext): void {
  program
    .command('schedule')
    .description('print schedule lines for cron, Kubernetes and ECS, and what these times cost a month')
    .option('--run <cron>', `when to run [aws ${USUAL_TIMES.aws}; embedded ${USUAL_TIMES.embedded}]`)
    .option('--sync <cron>', 'when to sync all sources but Shopify', USUAL_TIMES.sync)
    .option('--shopify <cron>', 'when to sync Shopify', USUAL_TIMES.shopify)
    .option('--timezone <zone>', 'time zone of these times', USUAL_TIME_ZONE)
    .option('--json', 'as one JSON object', false)
    .addHelpText('after', HELP)
    .action(async (raw: unknown) => {
      const options = Options.parse(raw);
      const config = context.config('database', 'environment', 'personalize', 'lengths', 'money', 'policy');
      const now = context.clock();
      const timesOf = (pattern: string) => timesOfYear({ pattern, timeZone: options.timezone }, now);
      const task = (name: string, command: string, pattern: string): ScheduledTask => ({
        name,
        command,
        pattern,
        count: countTimes(timesOf(pattern)),
      });
      const run = task('run', 'run', options.run ?? USUAL_TIMES[config.personalize.engine]);
      const syncs = [
        task('sync', 'sync --source erp', options.sync),
        task('sync-shopify', 'sync --source shopify', options.shopify),
      ];
      const trainings = countTimes(trainingTimes(timesOf(run.pattern), config.policy.retrain));
      await withPool(config.database.url, async (pool) => {
        const forecast = await forecastCost(pool, {
          config,
          runs: run.count.perMonth,
          trainings: trainings.perMonth,
          syncs: syncs.reduce((sum, sync) => sum + sync.count.perMonth, 0),
          requests: config.money.monthlyRequests,
          now,
        });
        const schedule = {
          environment: config.environment,
          timeZone: options.timezone,
          tasks: [...syncs, run],
          run: forecast.run.usd,
          month: forecast.month,
          trainings: trainings.perMonth,
          busiest: times(forecast.run.usd, trainings.mostInAMonth),
          maxMonthUsd: config.money.maxMonthUsd,
        };
        if (options.json) context.out(JSON.stringify(schedule));
        else for (const line of scheduleLines(schedule)) context.out(line);
      });
    });
}
