import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { sweepDatasets } from '../datasets/erase.ts';
import { streamOf } from '../datasets/sources.ts';
import type { Service } from '../service.ts';
import type { ResourceOf } from '../state/records.ts';

const DeletionResult = z.object({ deleted: z.int() });
const WITH_USERS = new Set(['INTERACTIONS', 'USERS']);

/** Models made before keep what they learnt, as on AWS: a new version is needed to forget it. */
export async function runDeletion(
  service: Service,
  job: ResourceOf<'deletionJob'>,
  signal: AbortSignal,
): Promise<void> {
  const { state, dataDir, s3, log, threads, clock } = service;
  const datasets = state
    .list('dataset')
    .filter(({ groupArn, type }) => groupArn === job.groupArn && WITH_USERS.has(type));
  const moves = datasets.map((dataset) => ({ dataset, target: `datasets/${randomUUID()}` }));
  const tables = moves.map(({ dataset, target }) => ({
    folder: dataset.folder,
    target,
    stream: streamOf(dataset),
  }));
  const result = await threads.run(
    { kind: 'deletion', s3, dataDir, location: job.location, tables },
    { signal, log },
  );
  const updatedAt = clock.now();
  for (const { dataset, target } of moves) {
    const latest = state.find('dataset', dataset.arn);
    if (latest !== null && latest.folder !== null) await state.put({ ...latest, folder: target, updatedAt });
  }
  const { deleted } = DeletionResult.parse(result);
  await state.put({ ...(state.find('deletionJob', job.arn) ?? job), deleted });
  await sweepDatasets(service);
}
