import {
  CreateDatasetGroupCommand,
  CreateDatasetImportJobCommand,
  CreateSolutionVersionCommand,
  DeleteDatasetGroupCommand,
  DeleteSchemaCommand,
  DeleteSolutionCommand,
  DescribeDatasetGroupCommand,
  DescribeSolutionVersionCommand,
  ListDatasetGroupsCommand,
  StopSolutionVersionCreationCommand,
} from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from './clock.ts';
import { PROFILES } from './profiles.ts';
import { BUCKET, type Harness, ROLE, startHarness } from './testing/harness.ts';
import { createSolution, importShop, settled, smallShop, trainRecipe } from './testing/shop.ts';

const arn = (rest: string) => `arn:aws:personalize:eu-central-1:000000000000:${rest}`;
const longest = Math.max(...Object.values(PROFILES.aws.delays).flatMap((delay) => Object.values(delay)));

describe('the aws profile', () => {
  const clock = manualClock();
  let harness: Harness;
  let hurry: NodeJS.Timeout;
  /** Lets time fly while a helper waits for states. */
  const fly = () => {
    hurry = setInterval(() => clock.advance(longest), 5);
  };
  beforeAll(async () => {
    harness = await startHarness({ profile: 'aws', clock });
  });
  afterAll(() => harness.stop());

  it('keeps a resource pending and in progress until its time has come', async () => {
    const client = harness.client();
    const { datasetGroupArn } = await client.send(new CreateDatasetGroupCommand({ name: 'slow' }));
    const status = async () =>
      (await client.send(new DescribeDatasetGroupCommand({ datasetGroupArn }))).datasetGroup?.status;
    const { pendingMs, progressMs } = PROFILES.aws.delays.datasetGroup;
    expect(await status()).toBe('CREATE PENDING');
    clock.advance(pendingMs);
    await expect.poll(status, { timeout: 20_000 }).toBe('CREATE IN_PROGRESS');
    clock.advance(progressMs - 1);
    expect(await status()).toBe('CREATE IN_PROGRESS');
    clock.advance(1);
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
  });

  it('deletes in its own time, and the ARN is gone then', async () => {
    const client = harness.client();
    const datasetGroupArn = arn('dataset-group/slow');
    await client.send(new DeleteDatasetGroupCommand({ datasetGroupArn }));
    const { datasetGroup } = await client.send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
    expect(datasetGroup?.status).toBe('DELETE PENDING');
    fly();
    await expect
      .poll(async () => (await client.send(new ListDatasetGroupsCommand({}))).datasetGroups, {
        timeout: 20_000,
      })
      .toEqual([]);
    clearInterval(hurry);
  });

  it('refuses to train on less than the minimums, in the words of AWS', async () => {
    fly();
    const few = await importShop(harness, 'few', { interactions: smallShop(40, 20, 6).interactions });
    await expect(trainRecipe(harness, few, 'aws-popularity-count')).rejects.toThrow(
      'Create failed. Dataset has fewer than 1000 interactions.',
    );
    const rows = Array.from(
      { length: 1000 },
      (_, n) => `u${n % 20},p${n % 50},${1_700_000_000 + n},purchase`,
    );
    const interactions = ['USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE', ...rows].join('\n');
    const lonely = await importShop(harness, 'lonely', { interactions });
    await expect(trainRecipe(harness, lonely, 'aws-popularity-count')).rejects.toThrow(
      'Create failed. Dataset has fewer than 25 users with at least 2 interactions each.',
    );
    clearInterval(hurry);
  });

  it('refuses a sixth job while five are pending or in progress', async () => {
    const request = (n: number) =>
      new CreateDatasetImportJobCommand({
        jobName: `many-${n}`,
        datasetArn: arn('dataset/few/INTERACTIONS'),
        dataSource: { dataLocation: `s3://${BUCKET}/few/interactions.csv` },
        roleArn: ROLE,
      });
    const client = harness.client();
    for (let n = 0; n < 5; n++) await client.send(request(n));
    await expect(client.send(request(5))).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'More than 5 resources with PENDING or IN_PROGRESS status.',
    });
  });

  it('goes on after a restart with the jobs that were under way', async () => {
    await harness.restart();
    fly();
    for (let n = 0; n < 5; n++) {
      const end = await settled(harness.client(), arn(`dataset-import-job/many-${n}`));
      expect(end.status).toBe('ACTIVE');
    }
    clearInterval(hurry);
  });

  it('fails a job at the moment and with the words a test ordered', async () => {
    const message = 'Insufficient privileges for accessing data in Amazon S3';
    harness.personalize.faults.order({ kind: 'importJob', name: 'doomed', at: 'finishing', message });
    const client = harness.client();
    const { datasetImportJobArn } = await client.send(
      new CreateDatasetImportJobCommand({
        jobName: 'doomed',
        datasetArn: arn('dataset/few/INTERACTIONS'),
        dataSource: { dataLocation: `s3://${BUCKET}/few/interactions.csv` },
        roleArn: ROLE,
      }),
    );
    fly();
    const end = await settled(client, datasetImportJobArn);
    clearInterval(hurry);
    expect(end).toMatchObject({ status: 'CREATE FAILED', failureReason: message });
  });

  it('stops the creation of a version', async () => {
    const client = harness.client();
    fly();
    const solutionArn = await createSolution(harness, arn('dataset-group/few'), 'aws-similar-items');
    clearInterval(hurry);
    const { solutionVersionArn } = await client.send(new CreateSolutionVersionCommand({ solutionArn }));
    await client.send(new StopSolutionVersionCreationCommand({ solutionVersionArn }));
    const status = async () =>
      (await client.send(new DescribeSolutionVersionCommand({ solutionVersionArn }))).solutionVersion?.status;
    await expect.poll(status, { timeout: 20_000 }).toBe('CREATE STOPPED');
  });

  it('deletes in order only: children before the group, datasets before their schema', async () => {
    const client = harness.client();
    await expect(
      client.send(new DeleteDatasetGroupCommand({ datasetGroupArn: arn('dataset-group/few') })),
    ).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await expect(
      client.send(new DeleteSchemaCommand({ schemaArn: arn('schema/few-interactions') })),
    ).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });
    await client.send(new DeleteSolutionCommand({ solutionArn: arn('solution/few-aws-similar-items') }));
  });

  it('takes a bare solution ARN for no version', async () => {
    const solutionVersionArn = arn('solution/few-aws-popularity-count');
    await expect(
      harness.client().send(new DescribeSolutionVersionCommand({ solutionVersionArn })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
