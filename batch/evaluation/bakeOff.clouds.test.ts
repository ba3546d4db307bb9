import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  CreateDatasetGroupCommand,
  ListSolutionVersionsCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from '../../local/personalize/clock.ts';
import { startPersonalize } from '../../local/personalize/start.ts';
import { type Ended, runBatchProgram } from '../../local/testing/batchProgram.ts';
import { startTestClouds, type TestClouds } from '../../local/testing/clouds.ts';
import { insertSmallShop } from '../../local/testing/smallShop.ts';
import { Evaluation } from './evaluation.ts';

let clouds: TestClouds;
let client: pg.Client;
const NAMES = import.meta.resolve('../../local/testing/amazonNames.ts');
/** Environment variables of one test's own. */
let own: Record<string, string> = {};
beforeEach(async () => {
  clouds = await startTestClouds();
  client = new pg.Client({ connectionString: clouds.databaseUrl });
  await client.connect();
  await insertSmallShop(client, { customers: 150, products: 40 });
});
afterEach(async () => {
  await client.end();
  await clouds.stop();
});

function batch(...args: string[]): Promise<Ended> {
  const environment = {
    ...clouds.environment,
    ...{ EMBEDDED_ENDPOINT: clouds.personalize.url, ENGINE: 'auto', ...own },
  };
  return runBatchProgram(environment, args, process.cwd(), [
    '--disable-warning=ExperimentalWarning',
    '--import',
    NAMES,
  ]);
}

const evaluations = async () =>
  (await client.query('SELECT result FROM evaluations ORDER BY evaluation_id')).rows.map(({ result }) =>
    Evaluation.parse(result),
  );

test('each run compares its engine with popularity on orders it could not know, and status says so', async () => {
  // Fewer lines than Amazon asks for: auto takes the embedded engine.
  await client.query(
    'DELETE FROM order_items WHERE line_number = 3 OR (line_number = 2 AND order_number % 2 = 0)',
  );
  const first = await batch('run');
  expect([first.code, first.said]).toEqual([
    0,
    expect.stringContaining('engine embedded: there are fewer orders'),
  ]);
  const [holdout] = await evaluations();
  expect(holdout).toMatchObject({ kind: 'holdout' });
  expect(holdout?.customers).toBeGreaterThanOrEqual(100);
  expect(holdout?.contestants.map(({ name }) => name)).toEqual(['embedded', 'popularity']);
  const jobs = await client.query(
    `SELECT name, status FROM batch_job_metadata WHERE name LIKE 'evaluation/%' ORDER BY name`,
  );
  expect(jobs.rows.map(({ name, status }) => [name, status])).toEqual([
    ['evaluation/batch-inference/user-personalization', 'succeeded'],
    ['evaluation/import/interactions', 'succeeded'],
    ['evaluation/import/items', 'succeeded'],
    ['evaluation/import/users', 'succeeded'],
    ['evaluation/training/user-personalization', 'succeeded'],
  ]);
  const status = await batch('status');
  expect(status.said).toMatch(/engine: auto.*\nbake-off of .*holdout[\s\S]*embedded +all +hit rate@10/);
  const last = await batch('bakeoff', '--last', '--json');
  expect(JSON.parse(last.out)).toMatchObject({ kind: 'holdout' });
});

/** Amazon's minimums, quotas and states, its twenty minutes a training in a fifth of a second. */
const HASTE = 6000;
const fastClock: Clock = {
  now: () => Date.now() * HASTE,
  sleep: (ms, signal) => setTimeout(ms / HASTE, undefined, { signal }),
};

test("Amazon's published lists, remade embedded ones and popularity are scored on the orders since, and auto goes by it", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bake-off-'));
  const { AWS_REGION: region = '', AWS_ENDPOINT_URL_S3: endpoint = '' } = clouds.environment;
  const amazon = await startPersonalize({
    dataDir: folder,
    s3: { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } },
    profile: 'aws',
    clock: fastClock,
    log: () => undefined,
  });
  const group = new CreateDatasetGroupCommand({ name: 'adopted' });
  const { datasetGroupArn = '' } = await clientOf(amazon.url).send(group);
  own = {
    ...{
      AWS_ENDPOINT_URL_PERSONALIZE: `http://personalize.amazonaws.com:${amazon.port}`,
      POLL_FIRST_MS: '20',
      POLL_MAX_MS: '200',
    },
    PERSONALIZE_ROLE_ARN: 'arn:aws:iam::000000000000:role/personalize',
    // Adopted at Amazon; the embedded engine knows nothing of it.
    DATASET_GROUP_ARN: datasetGroupArn,
  };
  try {
    const first = await batch('run');
    expect([first.code, first.said]).toEqual([0, expect.stringContaining('engine aws: the two were never')]);
    const trainings = await trainingsAt(amazon.url);
    // Each customer buys again what they have bought first, and the 140 of them something new besides.
    await client.query(`
      WITH latest AS (SELECT max(ordered_at) AS at FROM orders), added AS (
        INSERT INTO orders (order_id, source, unified_customer_id, ordered_at, status, content_hash)
        SELECT 'late-' || n, 'test', 'c' || n, latest.at + n * interval '1 minute', 'completed', ''
        FROM latest, generate_series(1, 140) AS n RETURNING order_number, unified_customer_id)
      INSERT INTO order_items (order_number, line_number, item_number, quantity, price)
      SELECT a.order_number, line,
             CASE line WHEN 1 THEN b.item ELSE 1 + (b.item + 8) % 40 END, 1, 9.5
      FROM added a CROSS JOIN generate_series(1, 2) AS line
      JOIN LATERAL (SELECT min(i.item_number) AS item FROM orders o JOIN order_items i USING (order_number)
                    WHERE o.unified_customer_id = a.unified_customer_id AND o.order_id NOT LIKE 'late%'
                      AND i.item_number <= 40 AND o.status = 'completed') b ON true`);
    const compared = await batch('bakeoff');
    expect([compared.code, compared.said]).toEqual([0, expect.stringContaining('published')]);
    const evaluation = (await evaluations()).at(-1);
    expect(evaluation).toMatchObject({ kind: 'orders_since', customers: 140 });
    expect(evaluation?.contestants.map(({ name, engine }) => [name, engine])).toEqual([
      ['published', 'aws'],
      ['embedded', 'embedded'],
      ['popularity', null],
    ]);
    for (const { all, repeat } of evaluation?.contestants ?? [])
      expect([all.customers, repeat.customers]).toEqual([140, 140]);
    // Nothing was trained at Amazon for it.
    expect(await trainingsAt(amazon.url)).toBe(trainings);
    const status = await batch('status');
    expect(status.said).toMatch(
      /engine: auto.*(leads beyond doubt|does not lead beyond doubt): NDCG@10 of aws/,
    );
  } finally {
    own = {};
    await amazon.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

function clientOf(endpoint: string): PersonalizeClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new PersonalizeClient({ region: 'eu-central-1', endpoint, credentials });
}

async function trainingsAt(endpoint: string): Promise<number> {
  const personalize = clientOf(endpoint);
  const { solutionVersions = [] } = await personalize.send(
    new ListSolutionVersionsCommand({ maxResults: 100 }),
  );
  return solutionVersions.length;
}
