import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { dropFromStream } from '../data/stream.ts';
import { sweepDatasets } from '../datasets/erase.ts';
import { streamOf } from '../datasets/sources.ts';
import type { Service } from '../service.ts';
import type { ResourceOf } from '../state/records.ts';

const DeletionResult = z.object({ deleted: z.int(), users: z.array(z.string()) });
const WITH_USERS = new Set(['INTERACTIONS', 'USERS']);

/** Each table of a dataset and where it goes; a record that FULL and INCREMENTAL imports share is counted once. */
const movesOf = (dataset: ResourceOf<'dataset'>) =>
  (['folder', 'full'] as const).flatMap((place) => {
    const folder = dataset[place];
    return folder === null ? [] : [{ dataset, place, folder, target: `datasets/${randomUUID()}` }];
  });

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
  const moves = datasets.flatMap(movesOf);
  const tables = moves.map(({ folder, target, place }) => ({ folder, target, counted: place === 'folder' }));
  const result = await threads.run(
    { kind: 'deletion', s3, dataDir, location: job.location, tables },
    { signal, log },
  );
  const updatedAt = clock.now();
  for (const { dataset, place, target } of moves) {
    const latest = state.find('dataset', dataset.arn);
    if (latest !== null) await state.putOrUndo({ ...latest, [place]: target, updatedAt });
  }
  const { deleted, users } = DeletionResult.parse(result);
  const gone = new Set(users);
  let streamed = 0;
  for (const dataset of datasets)
    streamed += await dropFromStream(join(dataDir, streamOf(dataset)), (row) =>
      gone.has(row['USER_ID'] ?? ''),
    );
  await state.putOrUndo({ ...(state.find('deletionJob', job.arn) ?? job), deleted: deleted + streamed });
  await sweepDatasets(service);
}
