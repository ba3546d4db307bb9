import { z } from 'zod';
import { arnOf } from '../arns.ts';
import { MAX_RESULTS } from '../limits.ts';
import { present, stateOf } from '../protocol/answers.ts';
import { Arn, HyperParameters, Page, RankingInfluence } from '../protocol/constraints.ts';
import { invalidInput } from '../protocol/errors.ts';
import { operation } from '../protocol/operation.ts';
import { page } from '../protocol/paging.ts';
import type { ResourceOf } from '../state/records.ts';
import { begin, checkJobQuota, existing, inRegion } from '../state/resources.ts';
import { BatchJobRequest, readBatchJob } from './request.ts';

const Request = BatchJobRequest.extend({
  batchInferenceJobConfig: z
    .object({
      itemExplorationConfig: HyperParameters.optional(),
      rankingInfluence: RankingInfluence.optional(),
    })
    .optional(),
  batchInferenceJobMode: z.enum(['BATCH_INFERENCE', 'THEME_GENERATION']).optional(),
  themeGenerationConfig: z
    .object({
      fieldsForThemeGeneration: z.object({
        itemName: z
          .string()
          .max(150)
          .regex(/^[A-Za-z_][A-Za-z\d_]*$/),
      }),
    })
    .optional(),
});

const create = operation('CreateBatchInferenceJob', Request, async (call, input) => {
  const arn = arnOf(call, `batch-inference-job/${input.jobName}`);
  const base = begin(call, arn, input);
  const { recipe, record } = readBatchJob(call, input, MAX_RESULTS);
  if (!recipe.batchInference) {
    throw invalidInput(`Batch inference is not supported for recipe ${recipe.arn}.`);
  }
  if (input.batchInferenceJobMode === 'THEME_GENERATION') {
    throw invalidInput('THEME_GENERATION is not offered by this stand-in.');
  }
  checkJobQuota(call, 'batchInferenceJob');
  await call.service.lifecycle.create({ ...base, kind: 'batchInferenceJob', ...record });
  return { batchInferenceJobArn: arn };
});

const summary = (job: ResourceOf<'batchInferenceJob'>) => ({
  batchInferenceJobArn: job.arn,
  jobName: job.name,
  ...stateOf(job),
  solutionVersionArn: job.versionArn,
  batchInferenceJobMode: 'BATCH_INFERENCE',
});

const describe = operation(
  'DescribeBatchInferenceJob',
  z.object({ batchInferenceJobArn: Arn }),
  (call, input) => {
    const job = existing(call, 'batchInferenceJob', input.batchInferenceJobArn);
    const { filterArn, numResults, request } = job;
    const { jobInput, jobOutput, batchInferenceJobConfig, roleArn } = request;
    return {
      batchInferenceJob: present({
        ...summary(job),
        filterArn,
        numResults,
        jobInput,
        jobOutput,
        batchInferenceJobConfig,
        roleArn,
      }),
    };
  },
);

const list = operation(
  'ListBatchInferenceJobs',
  Page.extend({ solutionVersionArn: Arn.optional() }),
  (call, input) => {
    const jobs = inRegion(call, 'batchInferenceJob').filter(
      ({ versionArn }) => input.solutionVersionArn === undefined || versionArn === input.solutionVersionArn,
    );
    const { rows, ...next } = page(jobs, input);
    return { batchInferenceJobs: rows.map(summary), ...next };
  },
);

export const batchInferenceOperations = [create, describe, list];
