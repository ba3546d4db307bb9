import {
  CreateMetricAttributionCommand,
  CreateRecommenderCommand,
  CreateSolutionCommand,
  DeleteRecommenderCommand,
  DescribeMetricAttributionCommand,
  DescribeRecommenderCommand,
  ListMetricAttributionMetricsCommand,
  ListRecommendersCommand,
  StartRecommenderCommand,
  StopRecommenderCommand,
  UpdateMetricAttributionCommand,
} from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipeArn } from '../recipes/recipeArn.ts';
import { type Harness, ROLE, startHarness } from '../testing/harness.ts';
import { post } from '../testing/post.ts';
import { importShop, smallShop } from '../testing/shop.ts';

describe('domain dataset groups', () => {
  let harness: Harness;
  let datasetGroupArn: string;
  const recommenderArn = 'arn:aws:personalize:eu-central-1:000000000000:recommender/together';
  beforeAll(async () => {
    harness = await startHarness({ profile: 'engine' });
    datasetGroupArn = await importShop(harness, 'shop', smallShop(), 'ECOMMERCE');
  });
  afterAll(() => harness.stop());

  const status = async () =>
    (await harness.client().send(new DescribeRecommenderCommand({ recommenderArn }))).recommender?.status;
  const recommend = () => post(harness, '/recommendations', { recommenderArn, itemId: 'p4', numResults: 3 });

  it('serve recommenders of their domain', async () => {
    const request = {
      name: 'together',
      datasetGroupArn,
      recipeArn: recipeArn('aws-ecomm-frequently-bought-together'),
    };
    await harness.client().send(new CreateRecommenderCommand(request));
    const early = harness.client().send(new DeleteRecommenderCommand({ recommenderArn }));
    await expect(early).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
    const { body } = await recommend();
    expect(body.itemList).toHaveLength(3);
    const { recommenders } = await harness.client().send(new ListRecommendersCommand({ datasetGroupArn }));
    expect(recommenders?.map(({ name }) => name)).toEqual(['together']);
  });

  it('keep recipes for recommenders and recipes for solutions apart', async () => {
    const forSolutions = { name: 'wrong', datasetGroupArn, recipeArn: recipeArn('aws-similar-items') };
    await expect(harness.client().send(new CreateRecommenderCommand(forSolutions))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
    const forRecommenders = { ...forSolutions, recipeArn: recipeArn('aws-ecomm-recommended-for-you') };
    await expect(harness.client().send(new CreateSolutionCommand(forRecommenders))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  it('stop and start recommenders', async () => {
    await harness.client().send(new StopRecommenderCommand({ recommenderArn }));
    await expect.poll(status, { timeout: 20_000 }).toBe('INACTIVE');
    expect(await recommend()).toMatchObject({ status: 400 });
    await harness.client().send(new StartRecommenderCommand({ recommenderArn }));
    await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
    expect(await recommend()).toMatchObject({ status: 200 });
    await harness.client().send(new DeleteRecommenderCommand({ recommenderArn }));
    await expect
      .poll(() => status().catch((error: Error) => error.name), { timeout: 20_000 })
      .toBe('ResourceNotFoundException');
  });

  it('keep metric attributions', async () => {
    const client = harness.client();
    const metric = { eventType: 'purchase', metricName: 'count', expression: 'SAMPLECOUNT()' };
    const { metricAttributionArn } = await client.send(
      new CreateMetricAttributionCommand({
        name: 'effect',
        datasetGroupArn,
        metrics: [metric],
        metricsOutputConfig: { roleArn: ROLE },
      }),
    );
    const read = async () =>
      (await client.send(new DescribeMetricAttributionCommand({ metricAttributionArn }))).metricAttribution
        ?.status;
    await expect.poll(read, { timeout: 20_000 }).toBe('ACTIVE');
    const addMetrics = [{ eventType: 'purchase', metricName: 'worth', expression: 'SUM(Items.PRICE)' }];
    await client.send(
      new UpdateMetricAttributionCommand({ metricAttributionArn, addMetrics, removeMetrics: ['count'] }),
    );
    const { metrics } = await client.send(new ListMetricAttributionMetricsCommand({ metricAttributionArn }));
    expect(metrics).toEqual(addMetrics);
  });
});
