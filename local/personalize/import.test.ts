import {
  CreateDatasetImportJobCommand,
  CreateSchemaCommand,
  ListDatasetGroupsCommand,
  ListDatasetsCommand,
  paginateListSchemas,
} from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, ROLE, startHarness } from './testing/harness.ts';
import { INTERACTIONS_SCHEMA, importShop, settled, smallShop } from './testing/shop.ts';

describe('importing data', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ profile: 'engine' });
  });
  afterAll(() => harness.stop());

  it('brings a dataset group, its datasets and their imports to ACTIVE', async () => {
    const groupArn = await importShop(harness, 'shop', smallShop());
    expect(groupArn).toBe('arn:aws:personalize:eu-central-1:000000000000:dataset-group/shop');
    const { datasetGroups } = await harness.client().send(new ListDatasetGroupsCommand({}));
    expect(datasetGroups?.map(({ name, status }) => [name, status])).toEqual([['shop', 'ACTIVE']]);
    const { datasets } = await harness.client().send(new ListDatasetsCommand({ datasetGroupArn: groupArn }));
    expect(datasets?.map(({ datasetArn }) => datasetArn)).toEqual([
      'arn:aws:personalize:eu-central-1:000000000000:dataset/shop/INTERACTIONS',
      'arn:aws:personalize:eu-central-1:000000000000:dataset/shop/ITEMS',
      'arn:aws:personalize:eu-central-1:000000000000:dataset/shop/USERS',
    ]);
  });

  const importOf = async (jobName: string, dataLocation: string) => {
    const job = await harness.client().send(
      new CreateDatasetImportJobCommand({
        jobName,
        datasetArn: 'arn:aws:personalize:eu-central-1:000000000000:dataset/shop/INTERACTIONS',
        dataSource: { dataLocation },
        roleArn: ROLE,
      }),
    );
    return settled(harness.client(), job.datasetImportJobArn);
  };

  it('fails an import whose CSV lacks columns, and names them', async () => {
    const location = await harness.put('bad/columns.csv', 'USER_ID,TIMESTAMP\nu1,1\n');
    expect(await importOf('lacks-columns', location)).toMatchObject({
      status: 'CREATE FAILED',
      failureReason: 'Input CSV is missing the following columns:[ITEM_ID, EVENT_TYPE]',
    });
  });

  it('fails an import whose columns are not in the order of the schema', async () => {
    const location = await harness.put(
      'bad/order.csv',
      'ITEM_ID,USER_ID,TIMESTAMP,EVENT_TYPE\np1,u1,1,purchase\n',
    );
    expect((await importOf('order', location)).failureReason).toMatch(/order of the schema: ITEM_ID is not/);
  });

  it('fails an import with a row that breaks the schema', async () => {
    const location = await harness.put(
      'bad/rows.csv',
      'USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE\nu1,p1,soon,purchase\n',
    );
    const { status, failureReason } = await importOf('bad-rows', location);
    expect(status).toBe('CREATE FAILED');
    expect(failureReason).toMatch(/^Input CSV has rows that do not conform to the dataset schema.*line 2/);
  });

  it('fails an import from a path or a bucket that is not there', async () => {
    expect((await importOf('no-path', 's3://shop-data/nothing.csv')).failureReason).toBe(
      'Invalid S3 input path',
    );
    expect((await importOf('no-bucket', 's3://no-such-bucket/x.csv')).failureReason).toBe(
      'Insufficient privileges for accessing data in Amazon S3',
    );
  });

  it('refuses a name that is taken, in any state', async () => {
    await expect(importOf('shop-interactions', 's3://shop-data/shop/interactions.csv')).rejects.toMatchObject(
      {
        name: 'ResourceAlreadyExistsException',
        message:
          'Another resource with Arn arn:aws:personalize:eu-central-1:000000000000:dataset-import-job/shop-interactions already exists.',
      },
    );
  });

  it('gives lists in pages', async () => {
    const names: string[] = [];
    for (let n = 0; n < 5; n++) {
      await harness
        .client()
        .send(new CreateSchemaCommand({ name: `paged-${n}`, schema: INTERACTIONS_SCHEMA }));
    }
    for await (const { schemas } of paginateListSchemas({ client: harness.client(), pageSize: 3 }, {})) {
      expect(schemas?.length).toBeLessThanOrEqual(3);
      names.push(...(schemas ?? []).map(({ name }) => name ?? ''));
    }
    expect(names.filter((name) => name.startsWith('paged-'))).toEqual([
      'paged-0',
      'paged-1',
      'paged-2',
      'paged-3',
      'paged-4',
    ]);
    expect(names.length).toBe(8);
  });

  it('keeps its state over a restart', async () => {
    await harness.restart();
    const { datasetGroups } = await harness.client().send(new ListDatasetGroupsCommand({}));
    expect(datasetGroups?.map(({ name, status }) => [name, status])).toEqual([['shop', 'ACTIVE']]);
  });
});
