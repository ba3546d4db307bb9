import { DescribeSolutionVersionCommand, type PersonalizeClient } from '@aws-sdk/client-personalize';
import type { Pool } from 'pg';
import type { Config } from '../config.ts';
import type { JobRecords } from '../runs/jobRecords.ts';
import type { StepCounts, StepName } from '../steps/step.ts';
import { DATASETS, RECIPES } from '../storage/paths.ts';
import {
  inferenceCost,
  ingestionCost,
  type RunPlan,
  type RunVolume,
  trainingCost,
} from './personalizeCost.ts';
import type { Prices } from './prices.ts';
import { exportedVolume } from './readVolume.ts';

interface Pricing {
  readonly pool: Pool;
  readonly runId: string;
  readonly config: Pick<Config, 'personalize' | 'money' | 'policy'>;
  readonly personalize: PersonalizeClient;
  readonly earlier: ReadonlyMap<StepName, StepCounts>;
}

/**
 * Job records that also say what a job uses and costs: estimated when it is made, so that a job counts from
 * the moment it is paid for, then, for training, with the hours Personalize says it bills. The run's row
 * carries the sum.
 */
export function pricedJobRecords(records: JobRecords, pricing: Pricing): JobRecords {
  const { pool, runId, config } = pricing;
  return {
    find: (name) => records.find(name),
    record: async (job) => {
      const used = job.arn === null ? null : await usageOf(job.name, job.status, job.arn, pricing);
      const cost = config.personalize.engine === 'embedded' ? 0 : used?.usd;
      await records.record({
        ...job,
        counts: { ...job.counts, ...used?.counts },
        cost_usd: used === null ? null : (cost ?? null),
      });
      await pool.query(
        `UPDATE batch_job_metadata SET cost_usd =
           (SELECT sum(cost_usd) FROM batch_job_metadata WHERE run_id = $1 AND kind = 'job')
         WHERE run_id = $1 AND kind = 'run'`,
        [runId],
      );
    },
  };
}

interface Usage {
  readonly counts: Readonly<Record<string, number>>;
  readonly usd: number;
}

async function usageOf(name: string, status: string, arn: string, pricing: Pricing): Promise<Usage | null> {
  const volume = exportedVolume(pricing.earlier, pricing.config.personalize.segments.users);
  if (volume === null) return null;
  const { prices } = pricing.config.money;
  const hours =
    name.startsWith('training/') && status === 'succeeded' ? await billedHours(arn, pricing) : null;
  const { userPersonalization } = pricing.config.policy;
  return jobUsage(name, { volume, prices, hours, userPersonalization });
}

interface JobFacts {
  readonly volume: RunVolume;
  readonly prices: Prices;
  /** Training hours as billed, where they are known. */
  readonly hours: number | null;
  readonly userPersonalization: RunPlan['userPersonalization'];
}

/** What the job of a row in batch_job_metadata uses, e.g. `batch-inference/similar-items`; null for a name of no known kind. */
export function jobUsage(name: string, facts: JobFacts): Usage | null {
  const { volume, prices, hours, userPersonalization } = facts;
  const [kind, part] = name.split('/');
  const dataset = DATASETS.find((one) => one === part);
  if (kind === 'import' && dataset !== undefined) {
    const line = ingestionCost({ [dataset]: volume[dataset] }, prices);
    return { counts: { rows: volume[dataset] }, usd: line.usd.high };
  }
  const recipe = RECIPES.find((one) => one === part);
  if (recipe === undefined) return null;
  const plan: RunPlan = {
    userPersonalization,
    recipes: RECIPES,
    trainedHours: hours === null ? {} : { [recipe]: hours },
  };
  if (kind === 'training') {
    const { usd } = trainingCost(recipe, volume, plan, prices);
    return { counts: hours === null ? {} : { training_hours: hours }, usd: usd.high };
  }
  const { usd, quantity } = inferenceCost(recipe, volume, plan, prices);
  return { counts: { billed: quantity }, usd: usd.high };
}

/** Null when it is not told: the estimate stays. */
async function billedHours(solutionVersionArn: string, { personalize }: Pricing): Promise<number | null> {
  try {
    const answer = await personalize.send(new DescribeSolutionVersionCommand({ solutionVersionArn }));
    return answer.solutionVersion?.trainingHours ?? null;
  } catch {
    return null;
  }
}
