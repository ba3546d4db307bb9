import { ensureDataset, ensureDatasetGroup } from '../personalize/datasets.ts';
import { datasetGroupName } from '../personalize/names.ts';
import type { ResourceContext } from '../personalize/resourceContext.ts';
import { DATASETS } from '../storage/paths.ts';
import type { SetupPart } from './part.ts';

/**
 * The dataset group with its schemas and empty data sets: they cost nothing. Solutions, which a training needs
 * first of all data, are made by the run.
 */
export async function makeDatasets(context: ResourceContext): Promise<SetupPart[]> {
  const { environment, personalize } = context.config;
  const group = await ensureDatasetGroup(context);
  for (const dataset of DATASETS) await ensureDataset(context, group, dataset);
  const adopted = personalize.datasetGroupArn !== null;
  const name = adopted ? '(adopted)' : datasetGroupName(environment);
  return [
    { what: `dataset group ${name}`, state: 'ready', detail: group },
    { what: 'schemas and data sets', state: 'ready', detail: DATASETS.join(', ') },
  ];
}
