import { runBatchInference, runBatchSegments } from './batch-jobs/work.ts';
import { eraseDataset } from './datasets/erase.ts';
import { makeImport } from './import-jobs/work.ts';
import type { Service } from './service.ts';
import { eraseVersions, makeSolutionVersion } from './solution-versions/work.ts';
import type { KindWork } from './state/lifecycle.ts';
import type { Kind } from './state/records.ts';

const NOTHING: KindWork = { heavy: false, make: null, erase: null };

/** What making or deleting a resource means, by its kind. */
export function workOf(service: Service, kind: Kind): KindWork {
  const { state } = service;
  const found = <K extends Kind>(wanted: K, arn: string) => {
    const resource = state.find(wanted, arn);
    if (resource === null) throw new Error(`${arn} is gone while it was being made.`);
    return resource;
  };
  switch (kind) {
    case 'importJob':
      return {
        ...NOTHING,
        heavy: true,
        make: ({ arn }, signal) => makeImport(service, found(kind, arn), signal),
      };
    case 'solutionVersion':
      return {
        ...NOTHING,
        heavy: true,
        make: ({ arn }, signal) => makeSolutionVersion(service, found(kind, arn), signal),
      };
    case 'batchInferenceJob':
      return {
        ...NOTHING,
        heavy: true,
        make: ({ arn }, signal) => runBatchInference(service, found(kind, arn), signal),
      };
    case 'batchSegmentJob':
      return {
        ...NOTHING,
        heavy: true,
        make: ({ arn }, signal) => runBatchSegments(service, found(kind, arn), signal),
      };
    case 'dataset':
      return { ...NOTHING, erase: ({ arn }) => eraseDataset(service, found(kind, arn)) };
    case 'solution':
      return { ...NOTHING, erase: ({ arn }) => eraseVersions(service, arn) };
    default:
      return NOTHING;
  }
}
