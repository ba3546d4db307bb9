import type { Config } from '../config.ts';
import { BatchError } from '../errors.ts';
import type { StepContext } from '../steps/step.ts';
import { RECIPES, type RecipeName } from '../storage/paths.ts';
import type { JobBoard } from './jobBoard.ts';
import { type CloudJob, completeJob } from './jobs.ts';
import { isStillAtWork } from './stillAtWork.ts';

/** The recipes a run works with: without segments, item-affinity would be trained for nothing. */
export function recipesOf({ personalize }: Pick<Config, 'personalize'>): RecipeName[] {
  return RECIPES.filter((recipe) => recipe !== 'item-affinity' || personalize.segments.enabled);
}

/** Of the four recipes only user-personalization has a second version that runs in batch. */
export function recipeVersion({ policy }: Pick<Config, 'policy'>, recipe: RecipeName): 'v1' | 'v2' {
  return recipe === 'user-personalization' ? policy.userPersonalization : 'v1';
}

/** Without affinity the edge still answers everything else; the others stop the run. */
export function isOptional(recipe: RecipeName): boolean {
  return recipe === 'item-affinity';
}

/** As completeJob, but a job that failed is told and recorded, and the run goes on without it: null. */
export async function completeOptional(
  context: StepContext,
  job: CloudJob,
  board: JobBoard,
): Promise<string | null> {
  try {
    return await completeJob(context, job, board);
  } catch (error) {
    // Out of reach is no verdict on the job.
    const isVerdict = error instanceof BatchError && error.code !== 'personalize_unreachable';
    if (context.signal.aborted || !isVerdict || isStillAtWork(error)) throw error;
    const { code, message, remedy } = error;
    context.log.warn(`${message}; the run goes on without it (${remedy})`);
    // A job that was made has its row already: by its ARN it is found in the AWS console.
    const arn = (await context.jobs.find(job.record))?.arn ?? null;
    await context.jobs.record({ name: job.record, status: 'failed', arn, error: { code, message, remedy } });
    return null;
  }
}
