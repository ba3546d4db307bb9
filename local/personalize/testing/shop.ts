import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  CreateSolutionCommand,
  CreateSolutionVersionCommand,
  DescribeBatchInferenceJobCommand,
  DescribeBatchSegmentJobCommand,
  DescribeCampaignCommand,
  DescribeDataDeletionJobCommand,
  DescribeDatasetCommand,
  DescribeDatasetExportJobCommand,
  DescribeDatasetGroupCommand,
  DescribeDatasetImportJobCommand,
  DescribeFilterCommand,
  DescribeRecommenderCommand,
  DescribeSolutionCommand,
  DescribeSolutionVersionCommand,
  type PersonalizeClient,
} from '@aws-sdk/client-personalize';
import { recipeArn } from '../recipes/recipeArn.ts';
import { type Connection, ROLE } from './harness.ts';

export const INTERACTIONS_SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Interactions',
  namespace: 'com.amazonaws.personalize.schema',
  fields: [
    { name: 'USER_ID', type: 'string' },
    { name: 'ITEM_ID', type: 'string' },
    { name: 'TIMESTAMP', type: 'long' },
    { name: 'EVENT_TYPE', type: 'string' },
  ],
  version: '1.0',
});

const ITEMS_SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Items',
  namespace: 'com.amazonaws.personalize.schema',
  fields: [
    { name: 'ITEM_ID', type: 'string' },
    { name: 'CATEGORY', type: ['null', 'string'], categorical: true },
    { name: 'PRICE', type: ['null', 'float'] },
    { name: 'AVAILABLE', type: ['null', 'string'], categorical: true },
  ],
  version: '1.0',
});

export const USERS_SCHEMA = JSON.stringify({
  type: 'record',
  name: 'Users',
  namespace: 'com.amazonaws.personalize.schema',
  fields: [
    { name: 'USER_ID', type: 'string' },
    { name: 'PROVINCE', type: ['null', 'string'], categorical: true },
  ],
  version: '1.0',
});

/** A small shop with two tastes: even users buy even items, odd users odd ones; 40 users, 20 items. */
export function smallShop(users = 40, items = 20, each = 6) {
  const interactions = ['USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE'];
  for (let user = 0; user < users; user++) {
    for (let n = 0; n < each; n++) {
      const item = (2 * ((user * 3 + n * n + n) % (items / 2)) + (user % 2)) % items;
      interactions.push(`u${user},p${item},${1_700_000_000 + n * 86_400 * 9 + user * 60},purchase`);
    }
  }
  const products = ['ITEM_ID,CATEGORY,PRICE,AVAILABLE'];
  for (let item = 0; item < items; item++) {
    products.push(
      `p${item},${item % 2 === 0 ? 'Beds' : 'Lamps'},${10 + item},${item === 4 ? 'False' : 'True'}`,
    );
  }
  const customers = ['USER_ID,PROVINCE'];
  for (let user = 0; user < users; user++) customers.push(`u${user},${user % 3 === 0 ? 'North' : 'South'}`);
  return { interactions: interactions.join('\n'), items: products.join('\n'), users: customers.join('\n') };
}

interface Status {
  readonly status?: string | undefined;
  readonly failureReason?: string | undefined;
}

type Read = (client: PersonalizeClient, arn: string) => Promise<Status | undefined>;

/** How to ask for the state of a resource, by what its ARN says it is; a version before its solution. */
const READS: readonly (readonly [RegExp, Read])[] = [
  [
    /:dataset-group\//,
    async (client, datasetGroupArn) =>
      (await client.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))).datasetGroup,
  ],
  [
    /:dataset-import-job\//,
    async (client, datasetImportJobArn) =>
      (await client.send(new DescribeDatasetImportJobCommand({ datasetImportJobArn }))).datasetImportJob,
  ],
  [
    /:dataset-export-job\//,
    async (client, datasetExportJobArn) =>
      (await client.send(new DescribeDatasetExportJobCommand({ datasetExportJobArn }))).datasetExportJob,
  ],
  [
    /:data-deletion-job\//,
    async (client, dataDeletionJobArn) =>
      (await client.send(new DescribeDataDeletionJobCommand({ dataDeletionJobArn }))).dataDeletionJob,
  ],
  [
    /:batch-inference-job\//,
    async (client, batchInferenceJobArn) =>
      (await client.send(new DescribeBatchInferenceJobCommand({ batchInferenceJobArn }))).batchInferenceJob,
  ],
  [
    /:batch-segment-job\//,
    async (client, batchSegmentJobArn) =>
      (await client.send(new DescribeBatchSegmentJobCommand({ batchSegmentJobArn }))).batchSegmentJob,
  ],
  [
    /:campaign\//,
    async (client, campaignArn) => (await client.send(new DescribeCampaignCommand({ campaignArn }))).campaign,
  ],
  [
    /:recommender\//,
    async (client, recommenderArn) =>
      (await client.send(new DescribeRecommenderCommand({ recommenderArn }))).recommender,
  ],
  [
    /:filter\//,
    async (client, filterArn) => (await client.send(new DescribeFilterCommand({ filterArn }))).filter,
  ],
  [
    /:dataset\//,
    async (client, datasetArn) => (await client.send(new DescribeDatasetCommand({ datasetArn }))).dataset,
  ],
  [
    /:solution\/[^/]+\//,
    async (client, solutionVersionArn) =>
      (await client.send(new DescribeSolutionVersionCommand({ solutionVersionArn }))).solutionVersion,
  ],
  [
    /:solution\//,
    async (client, solutionArn) => (await client.send(new DescribeSolutionCommand({ solutionArn }))).solution,
  ],
];

async function read(client: PersonalizeClient, arn: string): Promise<Status> {
  const [, ask] = READS.find(([form]) => form.test(arn)) ?? [];
  if (ask === undefined) throw new Error(`Nobody knows how to ask for ${arn}.`);
  return (await ask(client, arn)) ?? {};
}

/** Asks until the resource has come to rest. */
export async function settled(client: PersonalizeClient, arn: string | undefined): Promise<Status> {
  for (;;) {
    const status = await read(client, arn ?? '');
    if (!/PENDING|IN_PROGRESS|STOPPING/.test(status.status ?? '')) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function activate(client: PersonalizeClient, arn: string | undefined): Promise<string> {
  const { status, failureReason } = await settled(client, arn);
  if (status !== 'ACTIVE') throw new Error(`${arn} is ${status}: ${failureReason}`);
  return arn ?? '';
}

interface ShopData {
  readonly interactions: string;
  readonly items?: string;
  readonly users?: string;
}

const SCHEMAS = { interactions: INTERACTIONS_SCHEMA, items: ITEMS_SCHEMA, users: USERS_SCHEMA };

/** Domains have names of their own for some fields. */
const forDomain = (text: string, domain: string | undefined) =>
  domain === undefined ? text : text.replace(/CATEGORY\b/, 'CATEGORY_L1');

/** Makes a dataset group and imports the data; answers its ARN. */
export async function importShop(
  harness: Connection,
  name: string,
  data: ShopData,
  domain?: 'ECOMMERCE',
): Promise<string> {
  const client = harness.client();
  const group = await client.send(new CreateDatasetGroupCommand({ name, domain }));
  const datasetGroupArn = await activate(client, group.datasetGroupArn);
  for (const type of ['interactions', 'items', 'users'] as const) {
    const csv = data[type];
    if (csv === undefined) continue;
    const schema = forDomain(SCHEMAS[type], domain);
    const { schemaArn } = await client.send(
      new CreateSchemaCommand({ name: `${name}-${type}`, schema, domain }),
    );
    const created = await client.send(
      new CreateDatasetCommand({ name: `${name}-${type}`, schemaArn, datasetGroupArn, datasetType: type }),
    );
    const datasetArn = await activate(client, created.datasetArn);
    const dataLocation = await harness.put(`${name}/${type}.csv`, forDomain(csv, domain));
    const job = await client.send(
      new CreateDatasetImportJobCommand({
        jobName: `${name}-${type}`,
        datasetArn,
        dataSource: { dataLocation },
        roleArn: ROLE,
      }),
    );
    await activate(client, job.datasetImportJobArn);
  }
  return datasetGroupArn;
}

/** Makes a solution; answers its ARN once it is ACTIVE. */
export async function createSolution(
  harness: Connection,
  datasetGroupArn: string,
  recipe: string,
): Promise<string> {
  const client = harness.client();
  const solution = await client.send(
    new CreateSolutionCommand({
      name: `${datasetGroupArn.split('/')[1]}-${recipe}`,
      datasetGroupArn,
      recipeArn: recipeArn(recipe),
      performAutoTraining: false,
    }),
  );
  return activate(client, solution.solutionArn);
}

/** Makes a solution and a version of it; answers the version's ARN once it is ACTIVE. */
export async function trainRecipe(
  harness: Connection,
  datasetGroupArn: string,
  recipe: string,
): Promise<string> {
  const client = harness.client();
  const solutionArn = await createSolution(harness, datasetGroupArn, recipe);
  const version = await client.send(new CreateSolutionVersionCommand({ solutionArn }));
  return activate(client, version.solutionVersionArn);
}
