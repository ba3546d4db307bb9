import { ensureDatasetGroup } from '../personalize/datasets.ts';
import { createJobBoard } from '../personalize/jobBoard.ts';
import { type CloudJob, completeJob } from '../personalize/jobs.ts';
import { completeOptional, isOptional, recipesOf } from '../personalize/recipes.ts';
import { settleAll } from '../personalize/settle.ts';
import { ensureSolution, trainingJob } from '../personalize/solutions.ts';
import type { Step, StepContext } from './step.ts';

/** One new solution version for each recipe, on the data just imported. */
export const trainStep: Step = {
  name: 'train',
  run: async (context) => {
    const jobs = await prepare(context);
    const board = createJobBoard(
      context.progress,
      jobs.map(({ job }) => job.record),
    );
    const outcomes = await settleAll(
      jobs.map(({ job, optional }) => (optional ? completeOptional : completeJob)(context, job, board)),
    );
    const trained = outcomes.filter((arn) => arn !== null).length;
    return { solution_versions: trained, optional_failures: jobs.length - trained };
  },
};

async function prepare(context: StepContext): Promise<{ job: CloudJob; optional: boolean }[]> {
  const group = await ensureDatasetGroup(context);
  const jobs = [];
  for (const recipe of recipesOf(context.config)) {
    const solution = await ensureSolution(context, group, recipe);
    jobs.push({ job: trainingJob(context, solution, recipe), optional: isOptional(recipe) });
  }
  return jobs;
}
