import { randomUUID } from 'node:crypto';
import { keyOf } from '../data/dataset.ts';
import { sweepDatasets } from '../datasets/erase.ts';
import { readAvroSchema } from '../schemas/avro.ts';
import type { Service } from '../service.ts';
import { JobFailure } from '../state/jobFailure.ts';
import type { ResourceOf } from '../state/records.ts';

/** Imports into a folder of its own, then makes it the dataset's bulk data. */
export async function makeImport(
  service: Service,
  job: ResourceOf<'importJob'>,
  signal: AbortSignal,
): Promise<void> {
  const { state, dataDir, s3, log, profile, threads } = service;
  const dataset = state.find('dataset', job.datasetArn);
  const schema = dataset && state.find('schema', dataset.schemaArn);
  if (dataset === null || schema === null)
    throw new JobFailure(`Resource Arn ${job.datasetArn} does not exist.`);
  const folder = `datasets/${randomUUID()}`;
  await threads.run(
    {
      kind: 'import',
      s3,
      dataDir,
      location: job.location,
      fields: readAvroSchema(schema.schema).fields,
      target: folder,
      mode: job.mode,
      previous: job.mode === 'INCREMENTAL' ? dataset.folder : null,
      key: keyOf(dataset.type),
      minimums: profile.minimums,
    },
    { signal, log },
  );
  const latest = state.find('dataset', job.datasetArn);
  const full = job.mode === 'INCREMENTAL' ? (latest?.full ?? latest?.folder ?? null) : null;
  if (latest !== null) await state.putOrUndo({ ...latest, folder, full, updatedAt: service.clock.now() });
  await sweepDatasets(service);
}
