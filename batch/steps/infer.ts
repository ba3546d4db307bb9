import { BatchError } from '../errors.ts';
import { inferenceJob, segmentJob } from '../personalize/batchJobs.ts';
import { createJobBoard } from '../personalize/jobBoard.ts';
import { type CloudJob, completeJob } from '../personalize/jobs.ts';
import { completeOptional, isOptional, recipesOf } from '../personalize/recipes.ts';
import { settleAll } from '../personalize/settle.ts';
import { listObjects } from '../storage/objectStore.ts';
import { outputPrefix, type RecipeName } from '../storage/paths.ts';
import type { Step, StepContext } from './step.ts';

interface Inference {
  readonly recipe: RecipeName;
  readonly job: CloudJob;
}

/** The lists of every recipe, written by Personalize to outputPrefix() of the run. */
export const inferStep: Step = {
  name: 'infer',
  run: async (context) => {
    const inferences = await prepare(context);
    const board = createJobBoard(
      context.progress,
      inferences.map(({ job }) => job.record),
    );
    const outcomes = await settleAll(
      inferences.map(({ recipe, job }) =>
        (isOptional(recipe) ? completeOptional : completeJob)(context, job, board),
      ),
    );
    const done = inferences.filter((_, i) => outcomes[i] !== null);
    let bytes = 0;
    for (const { recipe } of done) bytes += await outputBytes(context, recipe);
    return {
      jobs: done.length,
      optional_failures: recipesOf(context.config).length - done.length,
      output_bytes: bytes,
    };
  },
};

/** Jobs of the recipes that were trained in this run; an optional one that was not is skipped, and says so. */
async function prepare(context: StepContext): Promise<Inference[]> {
  const inferences: Inference[] = [];
  for (const recipe of recipesOf(context.config)) {
    const training = await context.jobs.find(`training/${recipe}`);
    if (training?.status === 'succeeded' && training.arn !== null) {
      inferences.push({ recipe, job: jobOf(context, recipe, training.arn) });
    } else if (isOptional(recipe)) {
      await context.jobs.record({ name: `batch-segment/${recipe}`, status: 'skipped', arn: null });
    } else {
      throw new BatchError({
        code: 'not_trained',
        message: `this run has no solution version of ${recipe}`,
        remedy: 'batch run --fresh starts a new run',
        final: true,
      });
    }
  }
  return inferences;
}

function jobOf(context: StepContext, recipe: RecipeName, solutionVersionArn: string): CloudJob {
  const { lengths, personalize } = context.config;
  const wanted: Record<RecipeName, number> = {
    'user-personalization': lengths.user_recommendations,
    'similar-items': lengths.similar,
    'popularity-count': lengths.popular,
    'item-affinity': personalize.segments.users,
  };
  const request = { recipe, solutionVersionArn, numResults: wanted[recipe] };
  return recipe === 'item-affinity' ? segmentJob(context, request) : inferenceJob(context, request);
}

/** Looked at here, so that a job that says ACTIVE and wrote nothing is noticed by its name. */
async function outputBytes(context: StepContext, recipe: RecipeName): Promise<number> {
  const prefix = outputPrefix(context.config, context.runId, recipe);
  const outputs = (await listObjects(context.s3, prefix)).filter(({ key }) => key.endsWith('.out'));
  if (outputs.length > 0) return outputs.reduce((sum, { bytes }) => sum + bytes, 0);
  throw new BatchError({
    code: 'output_missing',
    message: `the ${recipe} job is ACTIVE but there is no .out object below s3://${context.s3.bucket}/${prefix}`,
    remedy: 'look at the job and the bucket; batch run --fresh starts a new run, which infers again',
  });
}
