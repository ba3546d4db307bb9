import type { Pool } from 'pg';
import type { Config } from '../config.ts';
import { recipesOf } from '../personalize/recipes.ts';
import { alternatives } from './alternatives.ts';
import { add, type CostLine, sumOf, times, type Usd } from './costLine.ts';
import { personalizeRun, type RunPlan, type RunVolume } from './personalizeCost.ts';
import { platformMonth } from './platformCost.ts';
import type { Prices } from './prices.ts';
import { readMonthVolume, readRunVolume, readTrainedHours } from './readVolume.ts';
import { readRecordedCost } from './recordedCost.ts';

export interface CostForecast {
  readonly asOf: string;
  readonly engine: 'aws' | 'embedded';
  readonly volume: RunVolume;
  readonly runs: number;
  /** Of the runs, those that train and infer. */
  readonly trainings: number;
  /** What Amazon Personalize bills for one run; nothing with the embedded engine. */
  readonly run: { readonly lines: readonly CostLine[]; readonly usd: Usd };
  /** The runs and everything around them. */
  readonly month: { readonly lines: readonly CostLine[]; readonly usd: Usd };
  readonly alternatives: readonly CostLine[];
  /** Dollars recorded for the cloud jobs of this calendar month (UTC). */
  readonly recordedThisMonth: number;
  readonly caps: { readonly run: number; readonly month: number };
}

type ForecastConfig = Pick<Config, 'environment' | 'personalize' | 'lengths' | 'money' | 'policy'>;

interface ForecastRequest {
  readonly config: ForecastConfig;
  readonly runs: number;
  readonly trainings: number;
  readonly syncs: number;
  readonly requests: number;
  readonly now: Date;
}

/** What this shop costs a run and a month, from what is in its database now. */
export async function forecastCost(pool: Pool, request: ForecastRequest): Promise<CostForecast> {
  const { config, runs, trainings, syncs, requests, now } = request;
  const { engine } = config.personalize;
  const { prices, maxRunUsd, maxMonthUsd } = config.money;
  const volume = await readRunVolume(pool, config.personalize);
  const plan = await readPlan(pool, config);
  const month = await readMonthVolume(pool, { config, volume, assumed: { runs, syncs, requests } });
  const run = runCost(engine, volume, plan, prices);
  const around = platformMonth(month, prices);
  const bill: CostLine = {
    what: 'Amazon Personalize',
    quantity: trainings,
    unit: 'runs that train',
    usd: times(run.usd, trainings),
    freeUntil: engine === 'embedded' ? 'the engine is Amazon’s' : null,
  };
  return {
    asOf: prices.as_of,
    engine,
    volume,
    runs,
    trainings,
    run,
    month: { lines: [bill, ...around], usd: add(bill.usd, sumOf(around)) },
    alternatives: alternatives(volume, { plan: { ...plan, recipes: AWS_RECIPES }, requests }, prices),
    recordedThisMonth: await readRecordedCost(pool, { now, environment: config.environment }),
    caps: { run: maxRunUsd, month: maxMonthUsd },
  };
}

/** What a shop would train on AWS: segments only once they are priced. */
const AWS_RECIPES = ['user-personalization', 'similar-items', 'popularity-count'] as const;

export async function readPlan(
  pool: Pool,
  config: Pick<Config, 'environment' | 'personalize' | 'policy'>,
): Promise<RunPlan> {
  const trainedHours = await readTrainedHours(pool, `${config.environment}/aws`);
  const { userPersonalization } = config.policy;
  return { userPersonalization, recipes: recipesOf(config), trainedHours };
}

export function runCost(
  engine: 'aws' | 'embedded',
  volume: RunVolume,
  plan: RunPlan,
  prices: Prices,
): CostForecast['run'] {
  const lines = engine === 'embedded' ? [] : personalizeRun(volume, plan, prices);
  return { lines, usd: sumOf(lines) };
}
