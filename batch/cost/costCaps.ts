import { BatchError } from '../errors.ts';
import type { StepContext } from '../steps/step.ts';
import { showUsd, type Usd } from './costLine.ts';
import { readPlan, runCost } from './forecast.ts';
import { exportedVolume, readRunVolume } from './readVolume.ts';
import { readRecordedCost } from './recordedCost.ts';

interface Caps {
  readonly maxRunUsd: number;
  readonly maxMonthUsd: number;
}

/**
 * Throws before anything is paid for when the run may cost more than MAX_RUN_COST, or with what the month
 * has cost so far more than MAX_MONTH_COST. What counts is the upper end of the forecast.
 */
export async function refuseOverCap(context: CapContext): Promise<void> {
  const { config, pool, clock, runId } = context;
  const { engine } = config.personalize;
  if (engine === 'embedded') return;
  const volume =
    exportedVolume(context.earlier, config.personalize.segments.users) ??
    (await readRunVolume(pool, config.personalize));
  const { usd } = runCost(engine, volume, await readPlan(pool, config), config.money.prices);
  const recorded = await readRecordedCost(pool, {
    now: clock(),
    environment: config.environment,
    exceptRun: runId,
  });
  const problem = overCap(usd, recorded, config.money);
  if (problem !== null) throw problem;
  context.log.info(
    `this run will cost about ${showUsd(usd)}; this month has cost $${recorded.toFixed(2)} so far`,
  );
}

type CapContext = Pick<StepContext, 'config' | 'pool' | 'clock' | 'runId' | 'earlier' | 'log'>;

/** The pure half: what is wrong with such a run, or null. */
export function overCap(run: Usd, recorded: number, { maxRunUsd, maxMonthUsd }: Caps): BatchError | null {
  if (run.high > maxRunUsd) {
    return new BatchError({
      code: 'run_cost_over_cap',
      message: `this run may cost ${showUsd(run)}, more than MAX_RUN_COST allows ($${maxRunUsd}); nothing has been spent`,
      remedy:
        'batch cost shows what for; raise MAX_RUN_COST if that is right and run batch run again, or use the embedded engine',
    });
  }
  if (recorded + run.high > maxMonthUsd) {
    return new BatchError({
      code: 'month_cost_over_cap',
      message: `this month has cost $${recorded.toFixed(2)} and this run may cost ${showUsd(run)}: more than MAX_MONTH_COST allows ($${maxMonthUsd}); nothing has been spent by this run`,
      remedy:
        'run less often (batch schedule shows what times cost), wait for the next month (UTC), or raise MAX_MONTH_COST and run batch run again',
    });
  }
  return null;
}
