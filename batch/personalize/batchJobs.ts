import {
  CreateBatchInferenceJobCommand,
  CreateBatchSegmentJobCommand,
  DescribeBatchInferenceJobCommand,
  DescribeBatchSegmentJobCommand,
  paginateListBatchInferenceJobs,
  paginateListBatchSegmentJobs,
} from '@aws-sdk/client-personalize';
import type { StepContext, StepCounts } from '../steps/step.ts';
import { inputPrefix, outputPrefix, type RecipeName } from '../storage/paths.ts';
import { exported } from './exported.ts';
import type { CloudJob } from './jobs.ts';
import { jobName } from './names.ts';
import { findNamed, required, stateOf } from './summaries.ts';

interface BatchJobRequest {
  readonly recipe: RecipeName;
  readonly solutionVersionArn: string;
  readonly numResults: number;
}

/** Lists for every input line of a recipe. */
export function inferenceJob(context: StepContext, request: BatchJobRequest): CloudJob {
  const { personalize: client } = context;
  const { solutionVersionArn } = request;
  return {
    record: `batch-inference/${request.recipe}`,
    name: jobName(context.config.environment, context.runId, request.recipe),
    counts: inputCounts(context, request),
    find: async (name) => {
      const found = await findNamed(
        paginateListBatchInferenceJobs({ client }, { solutionVersionArn, maxResults: 100 }),
        ({ batchInferenceJobs }) => batchInferenceJobs?.map((job) => ({ ...job, name: job.jobName })),
        name,
      );
      return found === null ? null : stateOf(required(found.batchInferenceJobArn, name), found);
    },
    create: async (name) => {
      const command = new CreateBatchInferenceJobCommand({ jobName: name, ...common(context, request) });
      return required((await client.send(command)).batchInferenceJobArn, name);
    },
    describe: async (batchInferenceJobArn) => {
      const answer = await client.send(new DescribeBatchInferenceJobCommand({ batchInferenceJobArn }));
      return stateOf(batchInferenceJobArn, answer.batchInferenceJob);
    },
  };
}

/** Users for every input item (item-affinity does not run as batch inference). */
export function segmentJob(context: StepContext, request: BatchJobRequest): CloudJob {
  const { personalize: client } = context;
  const { solutionVersionArn } = request;
  return {
    record: `batch-segment/${request.recipe}`,
    name: jobName(context.config.environment, context.runId, request.recipe),
    counts: inputCounts(context, request),
    find: async (name) => {
      const found = await findNamed(
        paginateListBatchSegmentJobs({ client }, { solutionVersionArn, maxResults: 100 }),
        ({ batchSegmentJobs }) => batchSegmentJobs?.map((job) => ({ ...job, name: job.jobName })),
        name,
      );
      return found === null ? null : stateOf(required(found.batchSegmentJobArn, name), found);
    },
    create: async (name) => {
      const command = new CreateBatchSegmentJobCommand({ jobName: name, ...common(context, request) });
      return required((await client.send(command)).batchSegmentJobArn, name);
    },
    describe: async (batchSegmentJobArn) => {
      const answer = await client.send(new DescribeBatchSegmentJobCommand({ batchSegmentJobArn }));
      return stateOf(batchSegmentJobArn, answer.batchSegmentJob);
    },
  };
}

function inputCounts(context: StepContext, { recipe, numResults }: BatchJobRequest): StepCounts {
  const lines: Readonly<Record<RecipeName, StepCounts>> = {
    'user-personalization': exported(context, 'user_lines', 'lines'),
    'similar-items': exported(context, 'item_lines', 'lines'),
    'popularity-count': { lines: 1 },
    'item-affinity': exported(context, 'segment_lines', 'lines'),
  };
  return { ...lines[recipe], results_each: numResults };
}

function common(
  { config, runId, s3 }: StepContext,
  { recipe, solutionVersionArn, numResults }: BatchJobRequest,
) {
  const at = (key: string) => ({ s3DataSource: { path: `s3://${s3.bucket}/${key}` } });
  const to = (key: string) => ({ s3DataDestination: { path: `s3://${s3.bucket}/${key}` } });
  return {
    solutionVersionArn,
    numResults,
    jobInput: at(inputPrefix(config, runId, recipe)),
    jobOutput: to(outputPrefix(config, runId, recipe)),
    roleArn: config.personalize.roleArn,
  };
}
