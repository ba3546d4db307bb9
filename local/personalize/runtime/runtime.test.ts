import {
  CreateCampaignCommand,
  CreateDatasetImportJobCommand,
  CreateFilterCommand,
  CreateSolutionVersionCommand,
  DeleteCampaignCommand,
  DeleteSolutionCommand,
  DescribeCampaignCommand,
  DescribeFilterCommand,
  ListCampaignsCommand,
  UpdateCampaignCommand,
} from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, ROLE, startHarness } from '../testing/harness.ts';
import { post } from '../testing/post.ts';
import { importShop, settled, smallShop, trainRecipe } from '../testing/shop.ts';

describe('campaigns and the runtime', () => {
  let harness: Harness;
  let groupArn: string;
  const versions: Record<string, string> = {};
  beforeAll(async () => {
    harness = await startHarness({ profile: 'engine' });
    groupArn = await importShop(harness, 'shop', smallShop());
    for (const recipe of [
      'user-personalization',
      'similar-items',
      'personalized-ranking',
      'popularity-count',
    ]) {
      versions[recipe] = await trainRecipe(harness, groupArn, `aws-${recipe}`);
    }
  });
  afterAll(() => harness.stop());

  const campaign = async (recipe: string) => {
    const client = harness.client();
    const request = { name: recipe, solutionVersionArn: versions[recipe], minProvisionedTPS: 1 };
    const { campaignArn } = await client.send(new CreateCampaignCommand(request));
    const status = async () =>
      (await client.send(new DescribeCampaignCommand({ campaignArn }))).campaign?.status;
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
    return campaignArn;
  };

  it('recommends for a user with scores, and for an unknown one too', async () => {
    const campaignArn = await campaign('user-personalization');
    for (const userId of ['u1', 'nobody']) {
      const { status, body } = await post(harness, '/recommendations', {
        campaignArn,
        userId,
        numResults: 4,
      });
      expect(status).toBe(200);
      expect(body.itemList).toHaveLength(4);
      expect(body.itemList.every(({ score }: { score: number }) => score >= 0 && score <= 1)).toBe(true);
      expect(body.recommendationId).toMatch(/^RID-/);
    }
  });

  it('applies a filter', async () => {
    const filterExpression = 'INCLUDE ItemID WHERE Items.CATEGORY IN ($CATEGORY)';
    const { filterArn } = await harness
      .client()
      .send(new CreateFilterCommand({ name: 'by-category', datasetGroupArn: groupArn, filterExpression }));
    const status = async () =>
      (await harness.client().send(new DescribeFilterCommand({ filterArn }))).filter?.status;
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
    const campaignArn = 'arn:aws:personalize:eu-central-1:000000000000:campaign/user-personalization';
    const asked = { campaignArn, userId: 'u1', filterArn, numResults: 3 };
    const { body } = await post(harness, '/recommendations', {
      ...asked,
      filterValues: { CATEGORY: '"Beds"' },
    });
    const numbers = body.itemList.map(({ itemId }: { itemId: string }) => Number(itemId.slice(1)) % 2);
    expect(numbers).toEqual([0, 0, 0]);
    expect(await post(harness, '/recommendations', asked)).toMatchObject({
      status: 400,
      error: 'InvalidInputException',
    });
  });

  it('recommends similar and popular items without scores', async () => {
    const similar = await post(harness, '/recommendations', {
      campaignArn: await campaign('similar-items'),
      itemId: 'p4',
      numResults: 3,
    });
    expect(similar.body.itemList).toHaveLength(3);
    expect(similar.body.itemList[0]).not.toHaveProperty('score');
    const popular = await post(harness, '/recommendations', {
      campaignArn: await campaign('popularity-count'),
    });
    expect(popular.body.itemList).toHaveLength(20);
  });

  it('ranks a list for a user', async () => {
    const campaignArn = await campaign('personalized-ranking');
    const asked = { campaignArn, userId: 'u1', inputList: ['p3', 'unknown', 'p1'] };
    const { body } = await post(harness, '/personalize-ranking', asked);
    expect(body.personalizedRanking.map(({ itemId }: { itemId: string }) => itemId).toSorted()).toEqual([
      'p1',
      'p3',
      'unknown',
    ]);
    expect(await post(harness, '/recommendations', { campaignArn, userId: 'u1' })).toMatchObject({
      status: 400,
    });
  });

  it('serves what is trending, and the newest version where it is to keep in step', async () => {
    const client = harness.client();
    const solutionArn = (await trainRecipe(harness, groupArn, 'aws-trending-now')).replace(/\/[^/]*$/, '');
    const { campaignArn } = await client.send(
      new CreateCampaignCommand({
        name: 'trending',
        solutionVersionArn: `${solutionArn}/$LATEST`,
        campaignConfig: { syncWithLatestSolutionVersion: true },
      }),
    );
    await settled(client, campaignArn);
    const first = async () =>
      (await post(harness, '/recommendations', { campaignArn, numResults: 1 })).body.itemList;
    expect(await first()).toHaveLength(1);
    const csv = ['USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE', ...Array(9).fill('u1,hit,1720000000,purchase')];
    const { datasetImportJobArn } = await client.send(
      new CreateDatasetImportJobCommand({
        jobName: 'hits',
        datasetArn: groupArn.replace('dataset-group', 'dataset').concat('/INTERACTIONS'),
        dataSource: { dataLocation: await harness.put('hits.csv', csv.join('\n')) },
        roleArn: ROLE,
        importMode: 'INCREMENTAL',
      }),
    );
    await settled(client, datasetImportJobArn);
    const { solutionVersionArn } = await client.send(new CreateSolutionVersionCommand({ solutionArn }));
    await settled(client, solutionVersionArn);
    expect(await first()).toEqual([{ itemId: 'hit' }]);
    await client.send(new DeleteCampaignCommand({ campaignArn }));
  });

  it('looks at the interactions of the user named beside an item', async () => {
    const filterExpression = 'INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("PURCHASE")';
    const request = { name: 'own', datasetGroupArn: groupArn, filterExpression };
    const { filterArn } = await harness.client().send(new CreateFilterCommand(request));
    await settled(harness.client(), filterArn);
    const campaignArn = 'arn:aws:personalize:eu-central-1:000000000000:campaign/similar-items';
    const asked = { campaignArn, itemId: 'p4', filterArn };
    const { body } = await post(harness, '/recommendations', { ...asked, userId: 'u2' });
    expect(body.itemList.length).toBeGreaterThan(0);
    const nobody = await post(harness, '/recommendations', asked);
    expect(nobody.body.itemList).toEqual([]);
    const users = {
      ...request,
      name: 'users',
      filterExpression: 'INCLUDE UserID WHERE Users.PROVINCE IN ("North")',
    };
    const ofUsers = await harness.client().send(new CreateFilterCommand(users));
    await settled(harness.client(), ofUsers.filterArn);
    expect(await post(harness, '/recommendations', { ...asked, filterArn: ofUsers.filterArn })).toMatchObject(
      {
        error: 'InvalidInputException',
      },
    );
  });

  it('answers 404 for a campaign that is not there', async () => {
    const campaignArn = 'arn:aws:personalize:eu-central-1:000000000000:campaign/none';
    expect(await post(harness, '/recommendations', { campaignArn, userId: 'u1' })).toMatchObject({
      status: 404,
      error: 'ResourceNotFoundException',
    });
  });

  it('updates, lists and deletes campaigns, and keeps a solution that one serves', async () => {
    const client = harness.client();
    const { campaigns = [] } = await client.send(new ListCampaignsCommand({}));
    expect(campaigns).toHaveLength(4);
    const [campaignArn] = campaigns.map((one) => one.campaignArn);
    await client.send(new UpdateCampaignCommand({ campaignArn, minProvisionedTPS: 2 }));
    const described = await client.send(new DescribeCampaignCommand({ campaignArn }));
    expect(described.campaign).toMatchObject({
      minProvisionedTPS: 2,
      latestCampaignUpdate: { status: 'ACTIVE' },
    });
    const solutionArn = versions['user-personalization']?.split('/').slice(0, 2).join('/');
    await expect(client.send(new DeleteSolutionCommand({ solutionArn }))).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });
    await client.send(new DeleteCampaignCommand({ campaignArn }));
    await expect
      .poll(async () => (await client.send(new ListCampaignsCommand({}))).campaigns?.length, {
        timeout: 20_000,
      })
      .toBe(3);
    await client.send(new DeleteSolutionCommand({ solutionArn }));
  });
});
