import { streamOf } from '../datasets/sources.ts';
import { readAvroSchema } from '../schemas/avro.ts';
import type { Service } from '../service.ts';
import { JobFailure } from '../state/jobFailure.ts';
import type { ResourceOf } from '../state/records.ts';

export async function runExport(
  service: Service,
  job: ResourceOf<'exportJob'>,
  signal: AbortSignal,
): Promise<void> {
  const { state, dataDir, s3, log, threads } = service;
  const dataset = state.find('dataset', job.datasetArn);
  const schema = dataset && state.find('schema', dataset.schemaArn);
  if (dataset === null || schema === null)
    throw new JobFailure(`Resource Arn ${job.datasetArn} does not exist.`);
  const { mode, outputPath, name } = job;
  const { fields } = readAvroSchema(schema.schema);
  const stream = streamOf(dataset);
  await threads.run(
    { kind: 'export', s3, dataDir, fields, bulk: dataset.folder, stream, mode, outputPath, name },
    { signal, log },
  );
}
