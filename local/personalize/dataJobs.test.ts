import {
  CreateDataDeletionJobCommand,
  CreateDatasetExportJobCommand,
  CreateDatasetImportJobCommand,
  CreateEventTrackerCommand,
  DescribeDataDeletionJobCommand,
  DescribeDatasetExportJobCommand,
  DescribeEventTrackerCommand,
  ListDataDeletionJobsCommand,
  ListDatasetExportJobsCommand,
  ListEventTrackersCommand,
} from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, type Harness, ROLE, startHarness } from './testing/harness.ts';
import { post } from './testing/post.ts';
import { importShop, settled, smallShop } from './testing/shop.ts';

const arn = (rest: string) => `arn:aws:personalize:eu-central-1:000000000000:${rest}`;
const shop = smallShop();
const rowsOf = (csv: string) => csv.trimEnd().split('\n').slice(1);

describe('streamed data, exports and deletions', () => {
  let harness: Harness;
  let groupArn: string;
  let trackingId: string | undefined;
  beforeAll(async () => {
    harness = await startHarness({ profile: 'engine' });
    groupArn = await importShop(harness, 'shop', shop);
  });
  afterAll(() => harness.stop());

  let exports = 0;
  const exported = async (type: string, ingestionMode: 'BULK' | 'PUT' | 'ALL') => {
    const client = harness.client();
    const jobName = `export-${++exports}`;
    const { datasetExportJobArn } = await client.send(
      new CreateDatasetExportJobCommand({
        jobName,
        datasetArn: arn(`dataset/shop/${type}`),
        ingestionMode,
        roleArn: ROLE,
        jobOutput: { s3DataDestination: { path: `s3://${BUCKET}/exports/` } },
      }),
    );
    const status = async () =>
      (await client.send(new DescribeDatasetExportJobCommand({ datasetExportJobArn }))).datasetExportJob
        ?.status;
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
    return harness.get(`exports/${jobName}.csv`);
  };

  it('exports what was imported', async () => {
    expect(rowsOf(await exported('INTERACTIONS', 'BULK'))).toEqual(rowsOf(shop.interactions));
    expect(rowsOf(await exported('ITEMS', 'ALL'))).toEqual(rowsOf(shop.items));
    const { datasetExportJobs } = await harness.client().send(new ListDatasetExportJobsCommand({}));
    expect(datasetExportJobs).toHaveLength(2);
  });

  it('adds to the bulk data with an incremental import, and replaces it with a full one', async () => {
    const client = harness.client();
    const importOf = async (jobName: string, csv: string, importMode: 'FULL' | 'INCREMENTAL') => {
      const { datasetImportJobArn } = await client.send(
        new CreateDatasetImportJobCommand({
          jobName,
          datasetArn: arn('dataset/shop/ITEMS'),
          dataSource: { dataLocation: await harness.put(`more/${jobName}.csv`, csv) },
          roleArn: ROLE,
          importMode,
        }),
      );
      expect(await settled(client, datasetImportJobArn)).toMatchObject({ status: 'ACTIVE' });
    };
    await importOf(
      'add',
      'ITEM_ID,CATEGORY,PRICE,AVAILABLE\np0,Sofas,99,True\np99,Sofas,1,True\n',
      'INCREMENTAL',
    );
    const rows = rowsOf(await exported('ITEMS', 'BULK'));
    expect(rows).toHaveLength(21);
    expect(rows).toContain('p0,Sofas,99,True');
    await importOf('replace', shop.items, 'FULL');
    expect(rowsOf(await exported('ITEMS', 'BULK'))).toHaveLength(20);
  });

  it('takes events, users and items', async () => {
    const client = harness.client();
    const created = await client.send(
      new CreateEventTrackerCommand({ name: 'pages', datasetGroupArn: groupArn }),
    );
    trackingId = created.trackingId;
    const { eventTrackerArn } = created;
    const status = async () =>
      (await client.send(new DescribeEventTrackerCommand({ eventTrackerArn }))).eventTracker?.status;
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
    expect((await client.send(new ListEventTrackersCommand({}))).eventTrackers).toHaveLength(1);
    const event = { eventType: 'purchase', itemId: 'p3', sentAt: 1_710_000_000 };
    expect(
      await post(harness, '/events', { trackingId, userId: 'u1', sessionId: 's', eventList: [event] }),
    ).toMatchObject({ status: 200, body: null });
    const users = [{ userId: 'u1', properties: '{"province":"West"}' }];
    expect(await post(harness, '/users', { datasetArn: arn('dataset/shop/USERS'), users })).toMatchObject({
      status: 200,
    });
    const items = [{ itemId: 'p77', properties: '{"category":"Rugs","price":12.5}' }];
    expect(await post(harness, '/items', { datasetArn: arn('dataset/shop/ITEMS'), items })).toMatchObject({
      status: 200,
    });
    expect(rowsOf(await exported('INTERACTIONS', 'PUT'))).toEqual(['u1,p3,1710000000,purchase']);
    expect(rowsOf(await exported('USERS', 'PUT'))).toEqual(['u1,West']);
    expect(rowsOf(await exported('ITEMS', 'PUT'))).toEqual(['p77,Rugs,12.5,']);
  });

  it('refuses events of an unknown tracker, or outside the schema', async () => {
    const event = { eventType: 'purchase', itemId: 'p3', sentAt: 1_710_000_000 };
    const asked = { userId: 'u1', sessionId: 's' };
    expect(
      await post(harness, '/events', { ...asked, trackingId: 'none', eventList: [event] }),
    ).toMatchObject({
      status: 400,
      error: 'InvalidInputException',
    });
    const odd = { ...event, properties: '{"colour":"red"}' };
    expect(await post(harness, '/events', { ...asked, trackingId, eventList: [odd] })).toMatchObject({
      status: 400,
    });
  });

  it('deletes all records of the users named', async () => {
    const client = harness.client();
    const dataLocation = await harness.put('forget/users.csv', 'USER_ID\nu1\nu2\n');
    const { dataDeletionJobArn } = await client.send(
      new CreateDataDeletionJobCommand({
        jobName: 'forget',
        datasetGroupArn: groupArn,
        dataSource: { dataLocation },
        roleArn: ROLE,
      }),
    );
    const job = async () =>
      (await client.send(new DescribeDataDeletionJobCommand({ dataDeletionJobArn }))).dataDeletionJob;
    await expect.poll(async () => (await job())?.status, { timeout: 20_000 }).toBe('COMPLETED');
    // Six purchases and one record of each user, one streamed purchase and one streamed record of u1.
    expect((await job())?.numDeleted).toBe(16);
    const left = rowsOf(await exported('INTERACTIONS', 'ALL'));
    expect(left.filter((row) => /^u[12],/.test(row))).toEqual([]);
    expect(left).toHaveLength(rowsOf(shop.interactions).length - 12);
    expect((await client.send(new ListDataDeletionJobsCommand({}))).dataDeletionJobs).toHaveLength(1);
  });
});
