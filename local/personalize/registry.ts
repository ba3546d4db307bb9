import { batchInferenceOperations } from './batch-jobs/inferenceOperations.ts';
import { batchSegmentOperations } from './batch-jobs/segmentOperations.ts';
import { campaignOperations } from './campaigns/operations.ts';
import { datasetGroupOperations } from './dataset-groups/operations.ts';
import { datasetOperations } from './datasets/operations.ts';
import { deletionJobOperations } from './deletion-jobs/operations.ts';
import { eventTrackerOperations } from './event-trackers/operations.ts';
import { eventOperations } from './events/operations.ts';
import { exportJobOperations } from './export-jobs/operations.ts';
import { filterOperations } from './filters/operations.ts';
import { importJobOperations } from './import-jobs/operations.ts';
import { metricAttributionOperations } from './metric-attributions/operations.ts';
import type { Operation } from './protocol/operation.ts';
import type { RestOperation } from './protocol/rest.ts';
import { recipeOperations } from './recipes/operations.ts';
import { recommenderOperations } from './recommenders/operations.ts';
import { runtimeOperations } from './runtime/operations.ts';
import { schemaOperations } from './schemas/operations.ts';
import { solutionVersionOperations } from './solution-versions/operations.ts';
import { solutionOperations } from './solutions/operations.ts';
import { tagOperations } from './tags/operations.ts';

/** Every operation offered. One that is not here is answered as an unknown one. */
export const OPERATIONS: readonly Operation[] = [
  ...schemaOperations,
  ...datasetGroupOperations,
  ...datasetOperations,
  ...importJobOperations,
  ...recipeOperations,
  ...solutionOperations,
  ...solutionVersionOperations,
  ...batchInferenceOperations,
  ...batchSegmentOperations,
  ...filterOperations,
  ...campaignOperations,
  ...recommenderOperations,
  ...metricAttributionOperations,
  ...exportJobOperations,
  ...deletionJobOperations,
  ...eventTrackerOperations,
  ...tagOperations,
];

/** The operations of the runtime and events services, on the same address. */
export const REST_OPERATIONS: readonly RestOperation[] = [...runtimeOperations, ...eventOperations];
