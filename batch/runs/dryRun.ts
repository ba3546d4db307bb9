import type { CommandContext } from '../command.ts';
import { ALL_PARTS, type Config } from '../config.ts';
import { showUsd, type Usd } from '../cost/costLine.ts';
import { readPlan, runCost } from '../cost/forecast.ts';
import type { RunVolume } from '../cost/personalizeCost.ts';
import { jobUsage } from '../cost/pricedJobs.ts';
import { readRunVolume } from '../cost/readVolume.ts';
import { groupDigits } from '../counts.ts';
import { withPool } from '../db/pool.ts';
import { lookAtTraining } from '../policy/planRun.ts';
import { readRuns } from '../status/readStatus.ts';
import { createObjectStore } from '../storage/objectStore.ts';
import type { RunCommandOptions } from './command.ts';
import { placeOf } from './place.ts';
import { type PlannedJob, plannedJobs } from './plannedJobs.ts';
import { type RunState, unfinishedRun } from './runRecords.ts';

/** `batch run --dry-run`: what the next run would make in Personalize. Makes, spends and changes nothing. */
export async function dryRun(context: CommandContext, { fresh }: RunCommandOptions): Promise<void> {
  const config = context.config(...ALL_PARTS);
  await withPool(config.database.url, async (pool) => {
    const { resumableMs } = config.personalize;
    const run = fresh ? null : await unfinishedRun(pool, { place: placeOf(config), resumableMs });
    const volume = await readRunVolume(pool, config.personalize);
    const plan = await readPlan(pool, config);
    const { usd } = runCost(config.personalize.engine, volume, plan, config.money.prices);
    const made = run === null ? new Set<string>() : await jobsMade(pool, run.runId);
    const trains = await whetherItTrains(run, { config, pool, s3: createObjectStore(config.s3) });
    for (const line of dryRunLines({ config, run, volume, made, trains, usd })) context.out(line);
  });
}

interface Training {
  readonly train: boolean | null;
  readonly why: string;
}

async function whetherItTrains(
  run: RunState | null,
  planning: Parameters<typeof lookAtTraining>[0],
): Promise<Training> {
  const decided = run?.decided ?? null;
  if (run === null || decided === null) return lookAtTraining(planning);
  return { train: decided.outputsOf === run.runId, why: decided.why };
}

async function jobsMade(pool: Parameters<typeof readRuns>[0], runId: string): Promise<Set<string>> {
  const runs = await readRuns(pool, 1);
  const jobs = runs.find(({ run }) => run.run_id === runId)?.jobs ?? [];
  return new Set(
    jobs.filter(({ arn, status }) => arn !== null && status !== 'failed').map(({ name }) => name),
  );
}

interface DryRun {
  readonly config: Config;
  readonly run: RunState | null;
  readonly volume: RunVolume;
  /** Records of jobs that are there already. */
  readonly made: ReadonlySet<string>;
  readonly trains: Training;
  /** What such a run costs in all. */
  readonly usd: Usd;
}

/** The dry run for people: one line a job, with what its price rests on. */
function dryRunLines({ config, run, volume, made, trains, usd }: DryRun): string[] {
  const head = run === null ? 'a new run' : `would go on with run ${run.runId}`;
  const about = `${head}, ${config.personalize.engine} engine, environment ${config.environment}; nothing is made now`;
  const orders = `${groupDigits(volume.interactions)} interactions of ${groupDigits(volume.users)} customers with ${groupDigits(volume.soldItems)} products`;
  if (trains.train !== true) {
    const jobs =
      trains.train === null
        ? `it would fail: RETRAIN is never, and ${trains.why}`
        : `no job in Personalize: ${trains.why}; fresh popular, paired and trending lists are loaded and published`;
    return [about, orders, jobs];
  }
  const lines = plannedJobs(config, volume).map((job) => {
    const facts = {
      volume,
      prices: config.money.prices,
      hours: null,
      userPersonalization: config.policy.userPersonalization,
    };
    const dollars = config.personalize.engine === 'embedded' ? 0 : (jobUsage(job.record, facts)?.usd ?? 0);
    return jobLine(job, { dollars, isMade: made.has(job.record) });
  });
  const cost = `in all about ${showUsd(usd)} (batch cost shows what for)`;
  return [about, orders, `it trains: ${trains.why}`, ...lines, cost];
}

function jobLine(
  { record, quantity, unit, results }: PlannedJob,
  { dollars, isMade }: { readonly dollars: number; readonly isMade: boolean },
): string {
  const each = results === null ? '' : ` × ${groupDigits(results)} results`;
  const work = `${groupDigits(quantity)} ${unit}${each}`;
  const cost = `up to $${dollars.toFixed(2)}`;
  return `  ${record.padEnd(38)} ${work.padEnd(36)} ${cost.padEnd(14)} ${isMade ? 'made before' : 'to be made'}`;
}
