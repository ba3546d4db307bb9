import {
  CreateBatchInferenceJobCommand,
  CreateBatchSegmentJobCommand,
  CreateDatasetImportJobCommand,
  CreateSolutionVersionCommand,
  GetSolutionMetricsCommand,
} from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, type Harness, ROLE, startHarness } from './testing/harness.ts';
import { createSolution, importShop, settled, smallShop, trainRecipe } from './testing/shop.ts';

interface OutputLine {
  readonly input: Record<string, unknown>;
  readonly output: { recommendedItems?: string[]; recommendedUsers?: string[]; scores?: number[] };
  readonly error: string | null;
}

const parseLines = (text: string): OutputLine[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('training and batch jobs', () => {
  let harness: Harness;
  let groupArn: string;
  beforeAll(async () => {
    harness = await startHarness({ profile: 'engine' });
    groupArn = await importShop(harness, 'shop', smallShop());
  });
  afterAll(() => harness.stop());

  const job = async (name: string, solutionVersionArn: string, lines: string[], numResults?: number) => {
    await harness.put(`in/${name}/asked.json`, `${lines.join('\n')}\n`);
    return {
      jobName: name,
      solutionVersionArn,
      ...(numResults === undefined ? {} : { numResults }),
      jobInput: { s3DataSource: { path: `s3://${BUCKET}/in/${name}/` } },
      jobOutput: { s3DataDestination: { path: `s3://${BUCKET}/out/${name}/` } },
      roleArn: ROLE,
    };
  };

  const infer = async (name: string, versionArn: string, lines: string[], numResults?: number) => {
    const client = harness.client();
    const request = await job(name, versionArn, lines, numResults);
    const { batchInferenceJobArn } = await client.send(new CreateBatchInferenceJobCommand(request));
    expect(await settled(client, batchInferenceJobArn)).toMatchObject({ status: 'ACTIVE' });
    return parseLines(await harness.get(`out/${name}/asked.json.out`));
  };

  const segment = async (name: string, versionArn: string, lines: string[], numResults?: number) => {
    const client = harness.client();
    const request = await job(name, versionArn, lines, numResults);
    const { batchSegmentJobArn } = await client.send(new CreateBatchSegmentJobCommand(request));
    const end = await settled(client, batchSegmentJobArn);
    return { end, read: async () => parseLines(await harness.get(`out/${name}/asked.json.out`)) };
  };

  it('answers user-personalization with items and scores, known user or not', async () => {
    const version = await trainRecipe(harness, groupArn, 'aws-user-personalization');
    const lines = await infer(
      'up',
      version,
      ['{"userId":"u1"}', '{"userId":"nobody"}', '{"user":1}', 'no json'],
      5,
    );
    expect(lines.map(({ input }) => input)).toEqual([
      { userId: 'u1' },
      { userId: 'nobody' },
      { user: 1 },
      {},
    ]);
    for (const { output, error } of lines.slice(0, 2)) {
      expect(error).toBeNull();
      expect(output.recommendedItems).toHaveLength(5);
      expect(output.scores).toHaveLength(5);
      expect(output.scores).toEqual([...(output.scores ?? [])].sort((a, b) => b - a));
    }
    for (const { output, error } of lines.slice(2)) {
      expect(output.recommendedItems).toEqual([]);
      expect(error).toMatch(/^User error: /);
    }
    expect(await harness.keys('out/up/')).toEqual(['out/up/_CHECK', 'out/up/asked.json.out']);
    const { metrics } = await harness
      .client()
      .send(new GetSolutionMetricsCommand({ solutionVersionArn: version }));
    expect(metrics).toHaveProperty('coverage');
  });

  it('answers similar-items without scores, and never with the item itself', async () => {
    const version = await trainRecipe(harness, groupArn, 'aws-similar-items');
    const [line] = await infer('sims', version, ['{"itemId":"p2"}'], 4);
    expect(line?.output.recommendedItems).toHaveLength(4);
    expect(line?.output.recommendedItems).not.toContain('p2');
    expect(line?.output).not.toHaveProperty('scores');
  });

  it('answers popularity-count with one list for everyone', async () => {
    const version = await trainRecipe(harness, groupArn, 'aws-popularity-count');
    const lines = await infer('popular', version, ['{"userId":"u1"}', '{"userId":"u2"}']);
    expect(lines[0]?.output.recommendedItems).toHaveLength(20);
    expect(lines[0]?.output).toEqual(lines[1]?.output);
    expect(lines[0]?.output).not.toHaveProperty('scores');
  });

  it('ranks the items asked, unknown ones last', async () => {
    const version = await trainRecipe(harness, groupArn, 'aws-personalized-ranking');
    const [line] = await infer('ranking', version, ['{"userId":"u1","itemList":["p1","new","p2","p3"]}']);
    expect(line?.output.recommendedItems?.toSorted()).toEqual(['new', 'p1', 'p2', 'p3']);
    expect(line?.output.recommendedItems?.at(-1)).toBe('new');
  });

  it('answers item-affinity with users, in segment jobs only', async () => {
    const version = await trainRecipe(harness, groupArn, 'aws-item-affinity');
    const { read } = await segment('affinity', version, ['{"itemId":"p4"}', '{"itemId":""}'], 10);
    const [good, bad] = await read();
    expect(good?.output.recommendedUsers).toHaveLength(10);
    expect(bad?.error).toMatch(/^User error: /);
    const request = await job('wrong', version, ['{"itemId":"p2"}']);
    await expect(harness.client().send(new CreateBatchInferenceJobCommand(request))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  it('fails a segment job with more than 500 items in a file', async () => {
    const version = await trainRecipe(
      harness,
      await importShop(harness, 'other', smallShop()),
      'aws-item-affinity',
    );
    const lines = Array.from({ length: 501 }, (_, n) => `{"itemId":"p${n}"}`);
    const { end } = await segment('too-many', version, lines);
    expect(end.status).toBe('CREATE FAILED');
    expect(end.failureReason).toMatch(/500/);
  });

  it('goes on with a training that a restart interrupted', async () => {
    const client = harness.client();
    const solutionArn = await createSolution(harness, groupArn, 'aws-sims');
    const { solutionVersionArn } = await client.send(new CreateSolutionVersionCommand({ solutionArn }));
    await harness.restart();
    expect(await settled(harness.client(), solutionVersionArn)).toMatchObject({ status: 'ACTIVE' });
  });

  it('infers from the data of when the version was made, whatever was imported since', async () => {
    const version = await trainRecipe(harness, groupArn, 'aws-personalized-ranking-v2');
    const asked = ['{"userId":"u1","itemList":["p1","brand-new"]}'];
    const [before] = await infer('before', version, asked);
    const dataLocation = await harness.put(
      'later/interactions.csv',
      'USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE\nu1,brand-new,1800000000,purchase\n',
    );
    const { datasetImportJobArn } = await harness.client().send(
      new CreateDatasetImportJobCommand({
        jobName: 'later',
        datasetArn: 'arn:aws:personalize:eu-central-1:000000000000:dataset/shop/INTERACTIONS',
        dataSource: { dataLocation },
        roleArn: ROLE,
      }),
    );
    expect(await settled(harness.client(), datasetImportJobArn)).toMatchObject({ status: 'ACTIVE' });
    const [after] = await infer('after', version, asked);
    expect(after?.output).toEqual(before?.output);
  });

  it('refuses a segment job for a recommending recipe', async () => {
    const version = await trainRecipe(harness, groupArn, 'aws-user-personalization-v2');
    const request = await job('no-segments', version, ['{"itemId":"p2"}']);
    await expect(harness.client().send(new CreateBatchSegmentJobCommand(request))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });
});
