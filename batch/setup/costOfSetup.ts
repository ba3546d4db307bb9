import type { CommandContext } from '../command.ts';
import { type Config, readConfig } from '../config.ts';
import type { ConfigFile } from '../configFile.ts';
import type { Environment } from '../configValues.ts';
import { overCap } from '../cost/costCaps.ts';
import { showUsd, sumOf } from '../cost/costLine.ts';
import { type CostForecast, forecastCost } from '../cost/forecast.ts';
import { personalizeRun } from '../cost/personalizeCost.ts';
import { closePool, createPool } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { USUAL_SYNCS_A_MONTH, usualRunsAMonth } from '../schedule/usualTimes.ts';

interface SetupCost {
  readonly config: Pick<Config, 'environment' | 'personalize' | 'lengths' | 'money' | 'policy'>;
  readonly settled: Environment;
  readonly file: ConfigFile | null;
}

/**
 * What the runs of this shop will cost, from its database when that is there, else for a shop of a named size.
 * Throws BatchError when they would go over the caps: then a set-up is for nothing.
 */
export async function costOfSetup(context: CommandContext, input: SetupCost): Promise<string[]> {
  const { config } = input;
  const free = 'The set-up itself costs nothing: buckets, roles, dataset groups and schemas are free.';
  if (config.personalize.engine === 'embedded') return [`${free} The embedded engine costs nothing either.`];
  const forecast = await tryForecast(context, input);
  if (forecast === null) return [free, exampleLine(config.money.prices)];
  const problem = overCap(forecast.run.usd, forecast.recordedThisMonth, config.money);
  if (problem !== null) throw problem;
  return [
    free,
    `A run of this shop will cost ${showUsd(forecast.run.usd)}, a month of ${forecast.runs} run ${showUsd(forecast.month.usd)} (batch cost shows what for).`,
  ];
}

/** Null without a database that has orders: a shop may be set up before it has any. */
async function tryForecast(
  { clock, log }: CommandContext,
  { config, settled, file }: SetupCost,
): Promise<CostForecast | null> {
  const { DATABASE_URL: url = '' } = settled;
  if (url === '') return null;
  const { database } = readConfig(settled, ['database'], file);
  const pool = createPool(database.url);
  try {
    const forecast = await forecastCost(pool, {
      config,
      runs: usualRunsAMonth(config.personalize.engine),
      trainings: usualRunsAMonth(config.personalize.engine),
      syncs: USUAL_SYNCS_A_MONTH,
      requests: config.money.monthlyRequests,
      now: clock(),
    });
    return forecast.volume.interactions === 0 ? null : forecast;
  } catch (error) {
    if (error instanceof BatchError) throw error;
    log.warn('the database could not be asked for its orders, so the cost is that of an example');
    return null;
  } finally {
    await closePool(pool);
  }
}

/** Orders come later: what a run costs then. */
function exampleLine(prices: Config['money']['prices']): string {
  const volume = {
    users: 100_000,
    items: 4000,
    soldItems: 4000,
    interactions: 1_000_000,
    segmentItems: 0,
    segmentUsers: 0,
  };
  const recipes = ['user-personalization', 'similar-items', 'popularity-count'] as const;
  const usd = sumOf(personalizeRun(volume, { userPersonalization: 'v1', recipes, trainedHours: {} }, prices));
  return `There are no orders to count yet. A run for 100,000 customers with 1,000,000 order lines costs ${showUsd(usd)}; batch cost tells yours once they are loaded.`;
}
