import {
  ListBatchInferenceJobsCommand,
  ListDatasetGroupsCommand,
  ListDatasetImportJobsCommand,
  ListSolutionVersionsCommand,
} from '@aws-sdk/client-personalize';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTestClouds, type TestClouds } from '../../local/testing/clouds.ts';
import { insertSmallShop } from '../../local/testing/smallShop.ts';
import { createPool } from '../db/pool.ts';
import { exportStep } from '../steps/export.ts';
import { importStep } from '../steps/import.ts';
import { inferStep } from '../steps/infer.ts';
import type { StepContext } from '../steps/step.ts';
import { trainStep } from '../steps/train.ts';
import { listObjects, readObject } from '../storage/objectStore.ts';
import { datasetKey, inputPrefix, outputPrefix } from '../storage/paths.ts';
import { cloudsContext } from '../testing/stepContext.ts';
import { newTally, readRecommendations, readSegments } from './outputLines.ts';

let clouds: TestClouds;
let pool: Pool;
let context: StepContext;
let warnings: string[];

beforeEach(async () => {
  clouds = await startTestClouds();
  pool = createPool(clouds.databaseUrl);
  const client = await pool.connect();
  await insertSmallShop(client, { customers: 40, products: 30 });
  client.release();
  warnings = [];
  context = cloudsContext(clouds.environment, {
    ...{ pool, runId: '20260101-000000-0001' },
    warn: (line) => warnings.push(line),
  });
});
afterEach(async () => {
  await pool.end();
  await clouds.stop();
});

async function text(key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readObject(context.s3, key)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function countJobs(): Promise<(number | undefined)[]> {
  const { personalize } = context;
  const groups = await personalize.send(new ListDatasetGroupsCommand({}));
  const imports = await personalize.send(new ListDatasetImportJobsCommand({}));
  const versions = await personalize.send(new ListSolutionVersionsCommand({}));
  const inferences = await personalize.send(new ListBatchInferenceJobsCommand({}));
  return [
    groups.datasetGroups?.length,
    imports.datasetImportJobs?.length,
    versions.solutionVersions?.length,
    inferences.batchInferenceJobs?.length,
  ];
}

/** Whatever makes something is done, but the first answer to each request gets lost. */
function loseFirstAnswers(): void {
  const lost = new Set<string>();
  context.personalize.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const answer = await next(args);
        const request = `${commandName} ${JSON.stringify(args.input)}`;
        if (!commandName.startsWith('Create') || lost.has(request)) return answer;
        lost.add(request);
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      },
    { step: 'initialize' },
  );
}

describe('export', () => {
  test('sends pseudonyms and goods, no people, and input lines as JSON whatever the ids hold', async () => {
    const counts = await exportStep.run(context);
    expect(counts).toMatchObject({ users: 40, items: 30, interactions: 477, user_lines: 40, item_lines: 30 });
    const file = (dataset: 'users' | 'items' | 'interactions') =>
      text(datasetKey(context.config, context.runId, dataset));
    const [users, items, interactions] = [
      await file('users'),
      await file('items'),
      await file('interactions'),
    ];
    expect(users.split('\n').slice(0, 2)).toEqual(['USER_ID,PROVINCE,CITY', '1,Province 1,City 1']);
    expect(users).not.toMatch(/Name of|example\.com/);
    expect(users).toContain('9,Province 1,\n');
    expect(items.split('\n')[1]).toMatch(/^"p""\\-1",Department 1,Aisle 1,1\.50,\d{10}$/);
    expect(items).not.toContain('postage');
    expect(interactions.split('\n')[1]).toMatch(/^\d+,"p""\\-\d+",17\d{8},purchase,1$/);
    const lines = await text(`${inputPrefix(context.config, context.runId, 'similar-items')}input.jsonl`);
    expect(JSON.parse(lines.split('\n')[0] ?? '')).toEqual({ itemId: 'p"\\-1' });
  });
});

describe('import, train and infer', { timeout: 300_000 }, () => {
  test('make everything once, although the answer to every such call gets lost', async () => {
    loseFirstAnswers();
    await exportStep.run(context);
    await importStep.run(context);
    await trainStep.run(context);
    expect(await inferStep.run(context)).toMatchObject({ jobs: 4, optional_failures: 0 });
    expect(await countJobs()).toEqual([1, 3, 4, 3]);
    const tally = newTally();
    const prefix = outputPrefix(context.config, context.runId, 'user-personalization');
    for await (const { items } of readRecommendations(context.s3, prefix, tally))
      expect(items.length).toBe(30);
    expect(tally).toEqual({ lines: 40, errors: 0, firstError: null });
    const segments = newTally();
    const folder = outputPrefix(context.config, context.runId, 'item-affinity');
    for await (const { users } of readSegments(context.s3, folder, segments))
      expect(users.length).toBeGreaterThan(0);
    expect(segments.lines).toBe(30);
  });

  test('run again make nothing more, and write no other objects', async () => {
    const run = async () => {
      for (const step of [exportStep, importStep, trainStep, inferStep]) await step.run(context);
      return [...(await countJobs()), (await listObjects(context.s3, '')).length];
    };
    expect(await run()).toEqual(await run());
  });

  test('go on without item affinity when it fails, and say so', async () => {
    for (const step of [exportStep, importStep, trainStep]) await step.run(context);
    clouds.personalize.faults.order({ kind: 'batchSegmentJob', at: 'in progress', message: 'No capacity.' });
    expect(await inferStep.run(context)).toMatchObject({ jobs: 3, optional_failures: 1 });
    expect(warnings.join()).toMatch(/item-affinity.*No capacity\..*goes on without it/);
    expect(await context.jobs.find('batch-segment/item-affinity')).toMatchObject({
      status: 'failed',
      arn: expect.stringContaining('item-affinity'),
    });
  });

  test('stop with the reason when a required recipe fails, and try only that one again', async () => {
    for (const step of [exportStep, importStep, trainStep]) await step.run(context);
    const name = `test-${context.runId}-similar-items`;
    clouds.personalize.faults.order({
      kind: 'batchInferenceJob',
      name,
      at: 'finishing',
      message: 'No capacity.',
    });
    await expect(inferStep.run(context)).rejects.toMatchObject({
      code: 'job_failed',
      message: expect.stringContaining('No capacity.'),
    });
    expect(await inferStep.run(context)).toMatchObject({ jobs: 4 });
    expect((await countJobs())[3]).toBe(4);
  });
});
