import {
  CreateBatchInferenceJobCommand,
  CreateBatchSegmentJobCommand,
  CreateCampaignCommand,
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

describe('training and batch jobs', { timeout: 300_000 }, () => {
  let harness: Harness;
  let groupArn: string;
  beforeAll(async () => {
    harness = await startHarness({ profile: 'engine' });
    groupArn = await importShop(harness, 'shop', smallShop());
  });
  afterAll(() => harness.stop());

  const versions = new Map<string, Promise<string>>();
  /** A version of the recipe, trained once for all tests. */
  const trained = (recipe: string): Promise<string> => {
    const version = versions.get(recipe) ?? trainRecipe(harness, groupArn, recipe);
    versions.set(recipe, version);
    return version;
  };

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
    const version = await trained('aws-user-personalization');
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
    const version = await trained('aws-similar-items');
    const [line] = await infer('sims', version, ['{"itemId":"p2"}'], 4);
    expect(line?.output.recommendedItems).toHaveLength(4);
    expect(line?.output.recommendedItems).not.toContain('p2');
    expect(line?.output).not.toHaveProperty('scores');
  });

  it('answers popularity-count with one list for everyone', async () => {
    const version = await trained('aws-popularity-count');
    const lines = await infer('popular', version, ['{"userId":"u1"}', '{"userId":"u2"}']);
    expect(lines[0]?.output.recommendedItems).toHaveLength(20);
    expect(lines[0]?.output).toEqual(lines[1]?.output);
    expect(lines[0]?.output).not.toHaveProperty('scores');
  });

  it('ranks the items asked, unknown ones last', async () => {
    const version = await trained('aws-personalized-ranking');
    const [line] = await infer('ranking', version, ['{"userId":"u1","itemList":["p1","new","p2","p3"]}']);
    expect(line?.output.recommendedItems?.toSorted()).toEqual(['new', 'p1', 'p2', 'p3']);
    expect(line?.output.recommendedItems?.at(-1)).toBe('new');
  });

  it('answers item-affinity with users, in segment jobs only', async () => {
    const version = await trained('aws-item-affinity');
    const { read } = await segment('affinity', version, ['{"itemId":"p4"}', '{"itemId":""}'], 10);
    const [good, bad] = await read();
    expect(good?.output.recommendedUsers).toHaveLength(10);
    expect(bad?.error).toMatch(/^User error: /);
    const request = await job('wrong', version, ['{"itemId":"p2"}']);
    await expect(harness.client().send(new CreateBatchInferenceJobCommand(request))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  it('answers item-attribute-affinity with the users who like such items', async () => {
    const version = await trained('aws-item-attribute-affinity');
    const query = (itemAttributes: string) => JSON.stringify({ itemAttributes });
    const { end, read } = await segment(
      'attributes',
      version,
      [
        query('ITEMS.CATEGORY = "Beds"'),
        query('Items.category = "Lamps" AND ITEMS.PRICE = 13'),
        query('ITEMS.CATEGORY = "Beds" OR ITEMS.CATEGORY = "Lamps"'),
        query('ITEMS.PRICE > 12'),
        query('ITEMS.COLOUR = "red"'),
        query('ITEMS.CATEGORY = "Boats"'),
        '{"itemId":"p1"}',
      ],
      10,
    );
    expect(end).toMatchObject({ status: 'ACTIVE' });
    const [beds, lamps, ...bad] = await read();
    // Even customers buy beds, odd ones lamps.
    const parity = ({ output }: OutputLine) =>
      new Set(output.recommendedUsers?.map((user) => Number(user.slice(1)) % 2));
    expect(beds?.output.recommendedUsers).toHaveLength(10);
    expect(beds && parity(beds)).toEqual(new Set([0]));
    expect(lamps && parity(lamps)).toEqual(new Set([1]));
    expect(lamps?.input).toEqual({ itemAttributes: 'Items.category = "Lamps" AND ITEMS.PRICE = 13' });
    expect(bad.map(({ error }) => error)).toEqual([
      "User error: Expected AND or the end, found 'OR' at position 24.",
      'User error: Item attributes are compared with = and a value at position 0.',
      'User error: ITEMS has no field COLOUR, at position 0.',
      'User error: No item has these attributes.',
      expect.stringMatching(/^User error: Invalid value for itemAttributes/),
    ]);
    expect(bad.every(({ output }) => output.recommendedUsers?.length === 0)).toBe(true);
    const many = await segment('queries', version, new Array(11).fill(query('ITEMS.PRICE = 13')));
    expect(many.end.failureReason).toMatch(/no more than 10 queries/);
  });

  it('runs each recipe as the kind of job it is for, and trending in neither', async () => {
    const client = harness.client();
    const kinds = async (recipe: string) => {
      const solutionVersionArn = await trained(recipe);
      const request = { ...(await job(`kind-${recipe}`, solutionVersionArn, ['{}'])) };
      const outcome = (attempt: Promise<unknown>) =>
        attempt.then(
          () => 'taken',
          (error: Error) => error.name,
        );
      return [
        await outcome(client.send(new CreateBatchInferenceJobCommand(request))),
        await outcome(client.send(new CreateBatchSegmentJobCommand(request))),
        await outcome(client.send(new CreateCampaignCommand({ name: `kind-${recipe}`, solutionVersionArn }))),
      ];
    };
    const refused = 'InvalidInputException';
    expect(await kinds('aws-trending-now')).toEqual([refused, refused, 'taken']);
    expect(await kinds('aws-popularity-count')).toEqual(['taken', refused, 'taken']);
    expect(await kinds('aws-user-personalization')).toEqual(['taken', refused, 'taken']);
    expect(await kinds('aws-item-affinity')).toEqual([refused, 'taken', refused]);
  });

  it('fails a segment job with more than 500 items in a file', async () => {
    const version = await trained('aws-item-affinity');
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

  it('makes segments from FULL imports alone', async () => {
    const more = await importShop(harness, 'more', { interactions: smallShop().interactions });
    const added = ['USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE', 'late,p4,1710000000,purchase'].join('\n');
    const imported = async (importMode: 'FULL' | 'INCREMENTAL', csv: string) => {
      const jobName = `more-${importMode}`;
      const { datasetImportJobArn } = await harness.client().send(
        new CreateDatasetImportJobCommand({
          jobName,
          datasetArn: more.replace('dataset-group', 'dataset').concat('/INTERACTIONS'),
          dataSource: { dataLocation: await harness.put(`${jobName}.csv`, csv) },
          roleArn: ROLE,
          importMode,
        }),
      );
      expect(await settled(harness.client(), datasetImportJobArn)).toMatchObject({ status: 'ACTIVE' });
    };
    const usersOf = async (name: string) => {
      const recipe = 'aws-item-affinity';
      const solutionArn = more.replace('dataset-group', 'solution').concat(`-${recipe}`);
      const version =
        name === 'first'
          ? await trainRecipe(harness, more, recipe)
          : (await harness.client().send(new CreateSolutionVersionCommand({ solutionArn })))
              .solutionVersionArn;
      await settled(harness.client(), version);
      const { read } = await segment(name, version ?? '', ['{"itemId":"p4"}'], 100);
      return (await read())[0]?.output.recommendedUsers;
    };
    await imported('INCREMENTAL', added);
    const first = await usersOf('first');
    expect(first?.length).toBeGreaterThan(0);
    expect(first).not.toContain('late');
    await imported('FULL', `${smallShop().interactions}\n${added.split('\n')[1]}`);
    expect(await usersOf('second')).toContain('late');
  });

  it('infers from the data of when the version was made, whatever was imported since', async () => {
    const version = await trained('aws-popularity-count');
    const asked = ['{"userId":"u1"}'];
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
    const solutionArn = version.slice(0, version.lastIndexOf('/'));
    const retrained = await harness.client().send(new CreateSolutionVersionCommand({ solutionArn }));
    await settled(harness.client(), retrained.solutionVersionArn);
    const [anew] = await infer('anew', retrained.solutionVersionArn ?? '', asked);
    expect(anew?.output.recommendedItems?.[0]).toBe('brand-new');
  });
});
