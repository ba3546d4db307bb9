import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
  paginateListDatasetGroups,
  paginateListDatasetImportJobs,
  paginateListDatasets,
  paginateListSchemas,
  UpdateDatasetCommand,
} from '@aws-sdk/client-personalize';
import type { StepContext } from '../steps/step.ts';
import { type DatasetName, datasetKey } from '../storage/paths.ts';
import { exported } from './exported.ts';
import type { CloudJob } from './jobs.ts';
import { datasetGroupName, datasetName, jobName, schemaName } from './names.ts';
import { callPatiently } from './patience.ts';
import type { ResourceContext } from './resourceContext.ts';
import { ensureActive, ensureNamed } from './resources.ts';
import { avroSchema } from './schemas.ts';
import { findNamed, required, stateOf } from './summaries.ts';

/** @returns ARN of the environment's dataset group, made if need be */
export function ensureDatasetGroup(context: ResourceContext): Promise<string> {
  const { personalize: client, config } = context;
  const name = datasetGroupName(config.environment);
  return ensureActive(context, {
    what: `dataset group ${name}`,
    find: () => findDatasetGroup(context),
    create: async () => (await client.send(new CreateDatasetGroupCommand({ name }))).datasetGroupArn,
    describe: async (datasetGroupArn) => {
      const { datasetGroup } = await client.send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
      return stateOf(datasetGroupArn, datasetGroup);
    },
  });
}

/** @returns ARN of the dataset group that the configuration names, else of the environment's, else null */
export async function findDatasetGroup({
  personalize: client,
  config,
}: ResourceContext): Promise<string | null> {
  if (config.personalize.datasetGroupArn !== null) return config.personalize.datasetGroupArn;
  const pages = paginateListDatasetGroups({ client }, { maxResults: 100 });
  const name = datasetGroupName(config.environment);
  return (await findNamed(pages, ({ datasetGroups }) => datasetGroups, name))?.datasetGroupArn ?? null;
}

function ensureSchema(context: ResourceContext, dataset: DatasetName): Promise<string> {
  const { personalize: client, config } = context;
  const schema = avroSchema(dataset);
  const name = schemaName(config.environment, dataset, schema);
  return ensureNamed(context, {
    what: `schema ${name}`,
    find: async () => {
      const pages = paginateListSchemas({ client }, { maxResults: 100 });
      return (await findNamed(pages, ({ schemas }) => schemas, name))?.schemaArn ?? null;
    },
    create: async () => (await client.send(new CreateSchemaCommand({ name, schema }))).schemaArn,
  });
}

/** @returns ARN of the data set with the present schema, made or changed if need be */
export async function ensureDataset(
  context: ResourceContext,
  datasetGroupArn: string,
  dataset: DatasetName,
): Promise<string> {
  const { personalize: client, config } = context;
  const schemaArn = await ensureSchema(context, dataset);
  const name = datasetName(config.environment, dataset);
  const describe = async (datasetArn: string) =>
    (await client.send(new DescribeDatasetCommand({ datasetArn }))).dataset;
  const call = <T>(work: () => Promise<T>) => callPatiently(context, `changing dataset ${name}`, work);
  const request = {
    what: `dataset ${name}`,
    // A group has one data set of a type, whatever its name.
    find: async () => {
      for await (const { datasets } of paginateListDatasets(
        { client },
        { datasetGroupArn, maxResults: 100 },
      )) {
        const found = datasets?.find(({ datasetType }) => datasetType?.toLowerCase() === dataset);
        if (found?.datasetArn !== undefined) return found.datasetArn;
      }
      return null;
    },
    create: async () => {
      const datasetType = dataset.toUpperCase();
      const command = new CreateDatasetCommand({ name, schemaArn, datasetGroupArn, datasetType });
      return (await client.send(command)).datasetArn;
    },
    describe: async (arn: string) => stateOf(arn, await describe(arn)),
  };
  const arn = await ensureActive(context, request);
  const present = await call(() => describe(arn));
  if (present?.schemaArn === schemaArn) return arn;
  await call(() => client.send(new UpdateDatasetCommand({ datasetArn: arn, schemaArn })));
  return ensureActive(context, request);
}

interface ImportRequest {
  readonly datasetArn: string;
  readonly dataset: DatasetName;
  /** FULL replaces the bulk data, INCREMENTAL adds to it. */
  readonly importMode: 'FULL' | 'INCREMENTAL';
}

/** Brings the run's CSV into a data set. */
export function importJob(
  context: StepContext,
  { datasetArn, dataset, importMode }: ImportRequest,
): CloudJob {
  const { personalize: client, config, runId, s3 } = context;
  return {
    record: `import/${dataset}`,
    name: jobName(config.environment, runId, dataset),
    counts: exported(context, dataset, 'rows'),
    find: async (name) => {
      const pages = paginateListDatasetImportJobs({ client }, { datasetArn, maxResults: 100 });
      const found = await findNamed(
        pages,
        ({ datasetImportJobs }) => datasetImportJobs?.map((job) => ({ ...job, name: job.jobName })),
        name,
      );
      return found === null ? null : stateOf(required(found.datasetImportJobArn, name), found);
    },
    create: async (name) => {
      const dataLocation = `s3://${s3.bucket}/${datasetKey(config, runId, dataset)}`;
      const command = new CreateDatasetImportJobCommand({
        jobName: name,
        datasetArn,
        dataSource: { dataLocation },
        roleArn: config.personalize.roleArn,
        importMode,
      });
      return required((await client.send(command)).datasetImportJobArn, name);
    },
    describe: async (datasetImportJobArn) => {
      const answer = await client.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }));
      return stateOf(datasetImportJobArn, answer.datasetImportJob);
    },
  };
}
