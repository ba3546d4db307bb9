import { runBatchInference, runBatchSegments } from './batch-jobs/work.ts';
import { eraseDataset } from './datasets/erase.ts';
import { runDeletion } from './deletion-jobs/work.ts';
import { runExport } from './export-jobs/work.ts';
import { makeImport } from './import-jobs/work.ts';
import { eraseRecommender, makeRecommender } from './recommenders/work.ts';
import type { Service } from './service.ts';
import { eraseVersions, makeSolutionVersion } from './solution-versions/work.ts';
import type { KindWork } from './state/lifecycle.ts';
import type { Kind, ResourceOf } from './state/records.ts';

const NOTHING: KindWork = { heavy: false, make: null, erase: null };

/** What making or deleting a resource means, by its kind. */
export function workOf(service: Service, kind: Kind): KindWork {
  const heavy = <K extends Kind>(
    wanted: K,
    make: (service: Service, resource: ResourceOf<K>, signal: AbortSignal) => Promise<void>,
  ): KindWork => ({
    heavy: true,
    make: ({ arn }, signal) => make(service, found(service, wanted, arn), signal),
    erase: null,
  });
  switch (kind) {
    case 'importJob':
      return heavy(kind, makeImport);
    case 'exportJob':
      return heavy(kind, runExport);
    case 'deletionJob':
      return heavy(kind, runDeletion);
    case 'solutionVersion':
      return heavy(kind, makeSolutionVersion);
    case 'batchInferenceJob':
      return heavy(kind, runBatchInference);
    case 'batchSegmentJob':
      return heavy(kind, runBatchSegments);
    case 'recommender':
      return {
        ...heavy(kind, makeRecommender),
        erase: ({ arn }) => eraseRecommender(service, found(service, kind, arn)),
      };
    case 'dataset':
      return { ...NOTHING, erase: ({ arn }) => eraseDataset(service, found(service, kind, arn)) };
    case 'solution':
      return { ...NOTHING, erase: ({ arn }) => eraseVersions(service, arn) };
    default:
      return NOTHING;
  }
}

function found<K extends Kind>({ state }: Service, kind: K, arn: string): ResourceOf<K> {
  const resource = state.find(kind, arn);
  if (resource === null) throw new Error(`${arn} is gone while it was being made.`);
  return resource;
}
