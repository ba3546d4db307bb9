import type { FilterTask } from '../filters/filterData.ts';
import { filterTaskOf } from '../filters/filterTask.ts';
import { ASKING, RECIPES } from '../recipes/catalogue.ts';
import type { Service } from '../service.ts';
import { JobFailure } from '../state/jobFailure.ts';
import type { ResourceOf } from '../state/records.ts';

type BatchJob = ResourceOf<'batchInferenceJob'> | ResourceOf<'batchSegmentJob'>;

function filterOf(state: Service['state'], job: BatchJob): FilterTask | null {
  if (job.filterArn === null) return null;
  const filter = state.find('filter', job.filterArn);
  if (filter === null) throw new JobFailure(`Resource Arn ${job.filterArn} does not exist.`);
  return filterTaskOf(state, filter);
}

/** What every batch job's task begins with; fails when the version's model is no longer kept. */
function taskOf({ state, s3, dataDir }: Service, job: BatchJob) {
  const version = state.find('solutionVersion', job.versionArn);
  const recipe = RECIPES.find(({ name }) => name === version?.recipe);
  if (version === null || recipe === undefined)
    throw new JobFailure(`Resource Arn ${job.versionArn} does not exist.`);
  if (version.model === null)
    throw new JobFailure('The model of this solution version is no longer kept. Train a new one.');
  const filter = filterOf(state, job);
  const { inputPath, outputPath, numResults } = job;
  return { recipe, task: { s3, dataDir, model: version.model, inputPath, outputPath, numResults, filter } };
}

export async function runBatchInference(service: Service, job: BatchJob, signal: AbortSignal): Promise<void> {
  const { recipe, task } = taskOf(service, job);
  const asking = ASKING[recipe.type];
  if (asking === undefined)
    throw new JobFailure(`Batch inference is not supported for recipe ${recipe.arn}.`);
  await service.threads.run(
    { ...task, kind: 'inference', asking, scores: recipe.scores },
    { signal, log: service.log },
  );
}

export async function runBatchSegments(service: Service, job: BatchJob, signal: AbortSignal): Promise<void> {
  const { recipe, task } = taskOf(service, job);
  const asking = recipe.learner === 'item-affinity' ? 'items' : 'attributes';
  await service.threads.run({ ...task, asking, kind: 'segments' }, { signal, log: service.log });
}
