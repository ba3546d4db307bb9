import type { Worker } from 'node:worker_threads';
import { CreateBatchInferenceJobCommand, CreateDatasetImportJobCommand } from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gate, startGate } from '../testing/gate.ts';
import { BUCKET, type Harness, ROLE, startHarness } from '../testing/harness.ts';
import { importShop, settled, smallShop, trainRecipe } from '../testing/shop.ts';

const PATIENCE_MS = 250;
const datasetArn = 'arn:aws:personalize:eu-central-1:000000000000:dataset/shop/INTERACTIONS';
const s3 = (path: string) => `s3://${BUCKET}/${path}`;

describe('a job whose S3 falls silent', { timeout: 300_000 }, () => {
  let harness: Harness;
  let gate: Gate;
  let recommender: string;
  let jobs = 0;
  const threads: Worker[] = [];
  const note = (worker: Worker) => threads.push(worker);
  process.on('worker', note);
  beforeAll(async () => {
    harness = await startHarness({
      profile: 'engine',
      jobsS3: async (url) => {
        gate = await startGate(url);
        return { endpoint: gate.url, patienceMs: PATIENCE_MS };
      },
    });
    const groupArn = await importShop(harness, 'shop', smallShop());
    recommender = await trainRecipe(harness, groupArn, 'aws-popularity-count');
    await harness.put('in/asked.json', '{"userId":"u1","itemId":"p1"}\n');
  });
  afterAll(async () => {
    process.off('worker', note);
    await harness.stop();
    await gate.stop();
  });

  const importJob = async () => {
    const { datasetImportJobArn } = await harness.client().send(
      new CreateDatasetImportJobCommand({
        jobName: `job-${++jobs}`,
        datasetArn,
        dataSource: { dataLocation: s3('shop/interactions.csv') },
        roleArn: ROLE,
      }),
    );
    return datasetImportJobArn;
  };
  const batchRequest = (solutionVersionArn: string) => ({
    jobName: `job-${++jobs}`,
    solutionVersionArn,
    jobInput: { s3DataSource: { path: s3('in/') } },
    jobOutput: { s3DataDestination: { path: s3(`out/${jobs}/`) } },
    roleArn: ROLE,
  });
  const inferenceJob = async () => {
    const request = new CreateBatchInferenceJobCommand(batchRequest(recommender));
    return (await harness.client().send(request)).batchInferenceJobArn;
  };
  const CASES = [
    ['an import, before the list of files', importJob, /GET .*list-type/, 'request'],
    ['an import, in the file', importJob, /GET .*interactions\.csv/, 'body'],
    ['a batch job, in its input', inferenceJob, /GET .*asked\.json/, 'body'],
    ['a batch job, before its output', inferenceJob, /PUT .*asked\.json\.out/, 'request'],
  ] as const;

  it.each(CASES)('fails: %s', async (_name, create, form, what) => {
    const met = gate.hold({ matches: (line) => form.test(line), what });
    const arn = await create();
    await met;
    const end = await settled(harness.client(), arn);
    gate.release();
    expect(end).toMatchObject({
      status: 'CREATE FAILED',
      failureReason: expect.stringMatching(/^Amazon S3 did not answer/),
    });
  });

  it('leaves the way free for the next job', async () => {
    expect(await settled(harness.client(), await importJob())).toMatchObject({ status: 'ACTIVE' });
  });

  it('fails too when its worker thread is killed, and the next one goes on', async () => {
    const met = gate.hold({ matches: (line) => /GET .*interactions/.test(line), what: 'body' });
    const first = await importJob();
    await met;
    const second = await importJob();
    await Promise.all(threads.map((thread) => thread.terminate()));
    gate.release();
    const end = await settled(harness.client(), first);
    expect(end.failureReason).toMatch(/worker thread ended/);
    expect(await settled(harness.client(), second)).toMatchObject({ status: 'ACTIVE' });
  });
});
