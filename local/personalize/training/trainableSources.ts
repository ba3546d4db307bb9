import type { DatasetSources } from '../data/dataset.ts';
import { sourcesOf } from '../datasets/sources.ts';
import { inUse, invalidInput } from '../protocol/errors.ts';
import type { Call } from '../protocol/operation.ts';
import { RECIPES } from '../recipes/catalogue.ts';
import { isPendingOrInProgress } from '../state/status.ts';

/**
 * The bulk data in force, by dataset type: what a model will know, whatever is imported later. Segments know
 * only what FULL imports brought (source: developer guide, "Getting batch user segments").
 */
export function trainableSources(
  { service: { state } }: Call,
  groupArn: string,
  recipe: string,
): DatasetSources {
  const datasets = state.list('dataset').filter((dataset) => dataset.groupArn === groupArn);
  const importing = state
    .list('importJob')
    .find((job) => isPendingOrInProgress(job.status) && datasets.some(({ arn }) => arn === job.datasetArn));
  if (importing !== undefined) throw inUse(`Resource ${importing.datasetArn} is in use by ${importing.arn}.`);
  const type = RECIPES.find(({ name }) => name === recipe)?.type;
  const data = sourcesOf(state, groupArn, type === 'USER_SEGMENTATION');
  if (!('INTERACTIONS' in data)) {
    throw invalidInput(`Dataset group ${groupArn} has no Interactions data. Import it first.`);
  }
  return data;
}
