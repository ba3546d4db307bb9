import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CreateBatchInferenceJobCommand,
  CreateBatchSegmentJobCommand,
  CreateDataDeletionJobCommand,
  CreateDatasetExportJobCommand,
  CreateDatasetImportJobCommand,
  CreateRecommenderCommand,
  CreateSolutionVersionCommand,
  DescribeSolutionVersionCommand,
  ListSolutionVersionsCommand,
} from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startS3 } from '../s3/startS3.ts';
import { recipeArn } from './recipes/recipeArn.ts';
import { type Gate, startGate } from './testing/gate.ts';
import { BUCKET, connect, ROLE } from './testing/harness.ts';
import { importShop, settled, smallShop, trainRecipe } from './testing/shop.ts';

const SERVE = fileURLToPath(new URL('./testing/serve.ts', import.meta.url));
const arn = (rest: string) => `arn:aws:personalize:eu-central-1:000000000000:${rest}`;
const s3 = (path: string) => `s3://${BUCKET}/${path}`;
const roleArn = ROLE;

describe('a job that a killed process leaves behind', { timeout: 300_000 }, () => {
  let root: string;
  let gate: Gate;
  let child: ChildProcess | null = null;
  let url = '';
  let shop: ReturnType<typeof connect>;
  let jobs = 0;
  let storage: Awaited<ReturnType<typeof startS3>>;
  const client = () => shop.client();

  const start = async () => {
    child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SERVE, root, gate.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout ?? child, 'data');
    url = String(line).trim();
  };
  const kill = async () => {
    if (child === null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'interrupted-'));
    storage = await startS3({ dataDir: join(root, 's3'), buckets: [BUCKET] });
    gate = await startGate(storage.url);
    await start();
    shop = connect(storage.url, () => url);
    const groupArn = await importShop(shop, 'shop', smallShop(), 'ECOMMERCE');
    await trainRecipe(shop, groupArn, 'aws-popularity-count');
    await trainRecipe(shop, groupArn, 'aws-item-affinity');
    await shop.put('in/asked.json', '{"userId":"u1","itemId":"p1"}\n');
    await shop.put('forget.csv', 'USER_ID\nu39\n');
  });
  afterAll(async () => {
    await kill();
    shop.close();
    await gate.stop();
    await storage.stop();
    await rm(root, { recursive: true, force: true });
  });

  const newest = async (solution: string) => {
    const solutionArn = arn(`solution/shop-${solution}`);
    const { solutionVersions } = await client().send(new ListSolutionVersionsCommand({ solutionArn }));
    return solutionVersions?.[0]?.solutionVersionArn;
  };
  const batch = async (jobName: string, solution: string) => ({
    jobName,
    solutionVersionArn: await newest(solution),
    jobInput: { s3DataSource: { path: s3('in/') } },
    jobOutput: { s3DataDestination: { path: s3(`${jobName}/`) } },
    roleArn,
  });

  /** Each makes a job and answers its ARN; S3 falls silent on what it asks for. */
  const JOBS: Readonly<Record<string, { readonly held: RegExp; readonly create: () => Promise<string> }>> = {
    import: {
      held: /GET .*interactions\.csv/,
      create: async () => {
        const request = {
          jobName: `import-${++jobs}`,
          datasetArn: arn('dataset/shop/INTERACTIONS'),
          dataSource: { dataLocation: s3('shop/interactions.csv') },
          roleArn,
        };
        const { datasetImportJobArn = '' } = await client().send(new CreateDatasetImportJobCommand(request));
        return datasetImportJobArn;
      },
    },
    export: {
      held: /PUT .*exports/,
      create: async () => {
        const request = {
          jobName: 'export',
          datasetArn: arn('dataset/shop/INTERACTIONS'),
          roleArn,
          jobOutput: { s3DataDestination: { path: s3('exports/') } },
        };
        const { datasetExportJobArn = '' } = await client().send(new CreateDatasetExportJobCommand(request));
        return datasetExportJobArn;
      },
    },
    deletion: {
      held: /GET .*forget\.csv/,
      create: async () => {
        const request = {
          jobName: 'deletion',
          datasetGroupArn: arn('dataset-group/shop'),
          dataSource: { dataLocation: s3('forget.csv') },
          roleArn,
        };
        const { dataDeletionJobArn = '' } = await client().send(new CreateDataDeletionJobCommand(request));
        return dataDeletionJobArn;
      },
    },
    'batch inference': {
      held: /GET .*asked\.json/,
      create: async () => {
        const request = await batch('inference', 'aws-popularity-count');
        const made = await client().send(new CreateBatchInferenceJobCommand(request));
        return made.batchInferenceJobArn ?? '';
      },
    },
    'batch segment': {
      held: /PUT .*asked\.json\.out/,
      create: async () => {
        const request = await batch('segments', 'aws-item-affinity');
        const made = await client().send(new CreateBatchSegmentJobCommand(request));
        return made.batchSegmentJobArn ?? '';
      },
    },
  };

  /** The first is killed in its midst, the second while it waits for its turn. */
  it.each([
    ['import', 'deletion'],
    ['export', 'batch inference'],
    ['batch segment', 'import'],
  ])('goes on after the next start: %s, and %s behind it', async (first, second) => {
    const [held, waiting] = [JOBS[first], JOBS[second]];
    if (held === undefined || waiting === undefined) throw new Error('no such job');
    const met = gate.hold({ matches: (line) => held.held.test(line), what: 'request' });
    const made = [await held.create()];
    await met;
    made.push(await waiting.create());
    await kill();
    gate.release();
    await start();
    for (const job of made) expect((await settled(client(), job)).status).toMatch(/^(ACTIVE|COMPLETED)$/);
  });

  it('goes on after the next start: training a version and a recommender', async () => {
    const solutionArn = arn('solution/shop-aws-item-affinity');
    const { solutionVersionArn } = await client().send(new CreateSolutionVersionCommand({ solutionArn }));
    const { recommenderArn } = await client().send(
      new CreateRecommenderCommand({
        name: 'together',
        datasetGroupArn: arn('dataset-group/shop'),
        recipeArn: recipeArn('aws-ecomm-frequently-bought-together'),
      }),
    );
    const status = async () => {
      const { solutionVersion } = await client().send(
        new DescribeSolutionVersionCommand({ solutionVersionArn }),
      );
      return solutionVersion?.status;
    };
    await expect.poll(status, { timeout: 20_000 }).toBe('CREATE IN_PROGRESS');
    await kill();
    await start();
    expect(await settled(client(), solutionVersionArn)).toMatchObject({ status: 'ACTIVE' });
    expect(await settled(client(), recommenderArn)).toMatchObject({ status: 'ACTIVE' });
  });
});
