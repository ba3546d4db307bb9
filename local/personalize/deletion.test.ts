import {
  CreateBatchInferenceJobCommand,
  CreateCampaignCommand,
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  CreateFilterCommand,
  CreateMetricAttributionCommand,
  CreateRecommenderCommand,
  CreateSchemaCommand,
  CreateSolutionCommand,
  CreateSolutionVersionCommand,
  DeleteCampaignCommand,
  DeleteDatasetCommand,
  DeleteDatasetGroupCommand,
  DeleteEventTrackerCommand,
  DeleteFilterCommand,
  DeleteMetricAttributionCommand,
  DeleteRecommenderCommand,
  DeleteSchemaCommand,
  DeleteSolutionCommand,
  DescribeCampaignCommand,
  DescribeDatasetCommand,
  DescribeRecommenderCommand,
  DescribeSchemaCommand,
  DescribeSolutionCommand,
  ListMetricAttributionsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateCampaignCommand,
  UpdateDatasetCommand,
  UpdateRecommenderCommand,
  UpdateSolutionCommand,
} from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manualClock } from './clock.ts';
import { recipeArn } from './recipes/recipeArn.ts';
import { BUCKET, type Harness, ROLE, startHarness } from './testing/harness.ts';
import { importShop, settled, smallShop, trainRecipe, USERS_SCHEMA } from './testing/shop.ts';

const DAY_MS = 86_400_000;
const arn = (rest: string) => `arn:aws:personalize:eu-central-1:000000000000:${rest}`;
const group = arn('dataset-group/shop');
const IN_USE = 'ResourceInUseException';

describe('what is not ready, and the order of deletion', { timeout: 300_000 }, () => {
  const clock = manualClock();
  let harness: Harness;
  let version: string;
  let second: string | undefined;
  let tracker: string | undefined;

  /** Lets time pass until the promise is settled. */
  async function inFlight<T>(work: Promise<T>): Promise<T> {
    const flight = setInterval(() => clock.advance(DAY_MS), 5);
    return work.finally(() => clearInterval(flight));
  }
  const client = () => harness.client();
  const nameOf = (attempt: Promise<unknown>): Promise<string> =>
    attempt.then(
      () => 'done',
      (error: Error) => error.name,
    );

  beforeAll(async () => {
    harness = await startHarness({ profile: 'aws', clock });
    const shop = importShop(harness, 'shop', smallShop(200), 'ECOMMERCE');
    version = await inFlight(shop.then((made) => trainRecipe(harness, made, 'aws-popularity-count')));
  });
  afterAll(() => harness.stop());

  /** Each deletes one thing; in the order that Personalize asks for. */
  const deletions: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['campaign', () => client().send(new DeleteCampaignCommand({ campaignArn: arn('campaign/c') }))],
    [
      'recommender',
      () => client().send(new DeleteRecommenderCommand({ recommenderArn: arn('recommender/r') })),
    ],
    ['filter', () => client().send(new DeleteFilterCommand({ filterArn: arn('filter/f') }))],
    ['event tracker', () => client().send(new DeleteEventTrackerCommand({ eventTrackerArn: tracker }))],
    [
      'metric attribution',
      () =>
        client().send(
          new DeleteMetricAttributionCommand({ metricAttributionArn: arn('metric-attribution/m') }),
        ),
    ],
    ['solution', () => client().send(new DeleteSolutionCommand({ solutionArn: arn('solution/s') }))],
    [
      'group',
      () => client().send(new DeleteDatasetGroupCommand({ datasetGroupArn: arn('dataset-group/g') })),
    ],
  ];

  it('refuses to build on what is not yet ACTIVE, and to delete it', async () => {
    await client().send(new CreateDatasetGroupCommand({ name: 'g', domain: 'ECOMMERCE' }));
    const g = arn('dataset-group/g');
    const f = { name: 'f', filterExpression: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("x")' };
    const s = { name: 's', recipeArn: recipeArn('aws-sims') };
    const m = { name: 'm', metrics: [], metricsOutputConfig: { roleArn: ROLE } };
    const r = { name: 'r', recipeArn: recipeArn('aws-ecomm-popular-items-by-views') };
    const dataset = {
      name: 'd',
      schemaArn: arn('schema/shop-users'),
      datasetGroupArn: g,
      datasetType: 'Users',
    };
    const early = [
      client().send(new CreateDatasetCommand(dataset)),
      client().send(new CreateSolutionCommand({ ...s, datasetGroupArn: g })),
      client().send(new CreateRecommenderCommand({ ...r, datasetGroupArn: g })),
      client().send(new CreateEventTrackerCommand({ name: 't', datasetGroupArn: g })),
      client().send(new CreateMetricAttributionCommand({ ...m, datasetGroupArn: g })),
    ];
    for (const attempt of early) expect(await nameOf(attempt)).toBe(IN_USE);
    // CreateFilter does not know that error.
    const filter = client().send(new CreateFilterCommand({ ...f, datasetGroupArn: g }));
    expect(await nameOf(filter)).toBe('InvalidInputException');

    await client().send(new CreateFilterCommand({ ...f, datasetGroupArn: group }));
    await client().send(new CreateSolutionCommand({ ...s, datasetGroupArn: group }));
    await client().send(new CreateMetricAttributionCommand({ ...m, datasetGroupArn: group }));
    await client().send(new CreateRecommenderCommand({ ...r, datasetGroupArn: group }));
    await client().send(new CreateCampaignCommand({ name: 'c', solutionVersionArn: version }));
    tracker = (await client().send(new CreateEventTrackerCommand({ name: 't', datasetGroupArn: group })))
      .eventTrackerArn;
    const job = {
      jobName: 'early',
      jobInput: { s3DataSource: { path: `s3://${BUCKET}/in/` } },
      jobOutput: { s3DataDestination: { path: `s3://${BUCKET}/out/` } },
      roleArn: ROLE,
    };
    const { solutionVersionArn } = await client().send(
      new CreateSolutionVersionCommand({ solutionArn: version.slice(0, version.lastIndexOf('/')) }),
    );
    second = solutionVersionArn;
    const used = [
      client().send(new CreateSolutionVersionCommand({ solutionArn: arn('solution/s') })),
      client().send(new CreateCampaignCommand({ name: 'early', solutionVersionArn })),
      client().send(new CreateBatchInferenceJobCommand({ ...job, solutionVersionArn })),
      client().send(
        new CreateBatchInferenceJobCommand({
          ...job,
          solutionVersionArn: version,
          filterArn: arn('filter/f'),
        }),
      ),
      client().send(new DeleteDatasetCommand({ datasetArn: arn('dataset/shop/ITEMS') })),
      ...deletions.map(([, remove]) => remove()),
    ];
    for (const attempt of used) expect(await nameOf(attempt)).toBe(IN_USE);
  });

  it('tells the latest update, and keeps tags', async () => {
    await inFlight(settled(harness.client(), second));
    const ready = async () => {
      const { campaign } = await client().send(
        new DescribeCampaignCommand({ campaignArn: arn('campaign/c') }),
      );
      const { recommender } = await client().send(
        new DescribeRecommenderCommand({ recommenderArn: arn('recommender/r') }),
      );
      return [campaign?.status, recommender?.status];
    };
    await inFlight(expect.poll(ready, { timeout: 20_000 }).toEqual(['ACTIVE', 'ACTIVE']));
    await client().send(
      new CreateSchemaCommand({ name: 'other', schema: USERS_SCHEMA, domain: 'ECOMMERCE' }),
    );
    const schemaArn = arn('schema/other');
    expect((await client().send(new DescribeSchemaCommand({ schemaArn }))).schema?.domain).toBe('ECOMMERCE');
    const solutionArn = arn('solution/s');
    const datasetArn = arn('dataset/shop/USERS');
    const campaignArn = arn('campaign/c');
    const recommenderArn = arn('recommender/r');
    const recommenderConfig = { minRecommendationRequestsPerSecond: 2 };
    await client().send(new UpdateDatasetCommand({ datasetArn, schemaArn }));
    await client().send(new UpdateSolutionCommand({ solutionArn, performAutoTraining: false }));
    await client().send(new UpdateCampaignCommand({ campaignArn, minProvisionedTPS: 3 }));
    await client().send(new UpdateRecommenderCommand({ recommenderArn, recommenderConfig }));
    const { dataset } = await client().send(new DescribeDatasetCommand({ datasetArn }));
    const { solution } = await client().send(new DescribeSolutionCommand({ solutionArn }));
    const { campaign } = await client().send(new DescribeCampaignCommand({ campaignArn }));
    const { recommender } = await client().send(new DescribeRecommenderCommand({ recommenderArn }));
    const status = 'ACTIVE';
    expect(dataset?.latestDatasetUpdate).toMatchObject({ schemaArn, status });
    expect(solution?.latestSolutionUpdate).toMatchObject({ performAutoTraining: false, status });
    expect(campaign?.latestCampaignUpdate).toMatchObject({ minProvisionedTPS: 3, status });
    expect(recommender?.latestRecommenderUpdate).toMatchObject({ recommenderConfig, status });

    const resourceArn = solutionArn;
    const tagged = async () => (await client().send(new ListTagsForResourceCommand({ resourceArn }))).tags;
    const tag = (tagKey: string, tagValue = '1') => ({ tagKey, tagValue });
    await client().send(new TagResourceCommand({ resourceArn, tags: [tag('a'), tag('b'), tag('a', '2')] }));
    await client().send(new UntagResourceCommand({ resourceArn, tagKeys: ['b'] }));
    expect(await tagged()).toEqual([tag('a', '2')]);
    const many = Array.from({ length: 51 }, (_, n) => tag(`t${n}`));
    const tooMany = client().send(new TagResourceCommand({ resourceArn, tags: many }));
    expect(await nameOf(tooMany)).toBe('TooManyTagsException');
    const born = client().send(new CreateDatasetGroupCommand({ name: 'tagged', tags: many }));
    expect(await nameOf(born)).toBe('TooManyTagsException');
    const { metricAttributions } = await client().send(
      new ListMetricAttributionsCommand({ datasetGroupArn: group }),
    );
    expect(metricAttributions?.map(({ name }) => name)).toEqual(['m']);
  });

  it('deletes in order only, and what is being deleted not again', async () => {
    const solution = version.slice(0, version.lastIndexOf('/'));
    const disorderly = [
      client().send(new DeleteDatasetGroupCommand({ datasetGroupArn: group })),
      client().send(new DeleteSchemaCommand({ schemaArn: arn('schema/shop-items') })),
      client().send(new DeleteSolutionCommand({ solutionArn: solution })),
    ];
    for (const attempt of disorderly) expect(await nameOf(attempt)).toBe(IN_USE);
    for (const [what, remove] of deletions) {
      expect([what, await nameOf(remove())]).toEqual([what, 'done']);
      expect([what, await nameOf(remove())]).toEqual([what, IN_USE]);
      const gone = expect.poll(() => nameOf(remove()), { timeout: 20_000 });
      await inFlight(gone.toBe('ResourceNotFoundException'));
    }
    const last: readonly (() => Promise<unknown>)[] = [
      () => client().send(new DeleteSolutionCommand({ solutionArn: solution })),
      ...['INTERACTIONS', 'ITEMS', 'USERS'].map(
        (type) => () => client().send(new DeleteDatasetCommand({ datasetArn: arn(`dataset/shop/${type}`) })),
      ),
      ...['interactions', 'items', 'users'].map(
        (name) => () => client().send(new DeleteSchemaCommand({ schemaArn: arn(`schema/shop-${name}`) })),
      ),
      () => client().send(new DeleteDatasetGroupCommand({ datasetGroupArn: group })),
    ];
    for (const remove of last) {
      expect(await nameOf(remove())).toBe('done');
      const gone = expect.poll(() => nameOf(remove()), { timeout: 20_000 });
      await inFlight(gone.toBe('ResourceNotFoundException'));
    }
  });
});
