import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ListBatchInferenceJobsCommand,
  ListBatchSegmentJobsCommand,
  ListDatasetImportJobsCommand,
  ListSolutionsCommand,
  ListSolutionVersionsCommand,
  PersonalizeClient,
} from '@aws-sdk/client-personalize';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { startTestClouds, type TestClouds } from '../local/testing/clouds.ts';
import { insertSmallShop } from '../local/testing/smallShop.ts';
import { Manifest, manifestKey, POINTER_KEY, Pointer, partsOf } from '../shared/snapshot/manifest.ts';
import { STEP_NAMES } from './steps/step.ts';

let clouds: TestClouds;
let client: pg.Client;
/** Environment variables of one test's own. */
let policy: Record<string, string>;
beforeEach(async () => {
  policy = {};
  clouds = await startTestClouds();
  client = new pg.Client({ connectionString: clouds.databaseUrl });
  await client.connect();
  await insertSmallShop(client, { customers: 60, products: 40 });
});
afterEach(async () => {
  await client.end();
  await clouds.stop();
});

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [inject('batchProgram'), ...args], {
    env: { PATH: process.env['PATH'], ...clouds.environment, ...policy },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The exit code and all that was said. */
async function finish(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk));
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk));
  const [code] = await once(child, 'close');
  return { code, said };
}

/** Runs until the step begins, waits a little, and kills it like a power cut. False when it ended before. */
async function killInStep(step: string, afterMs: number): Promise<boolean> {
  const child = start('run');
  if (child.stderr === null) throw new Error('no stderr');
  const closed = once(child, 'close');
  for await (const line of createInterface({ input: child.stderr })) {
    if (!line.startsWith(`… ${step}`)) continue;
    setTimeout(() => child.kill('SIGKILL'), afterMs);
    break;
  }
  const [, signal] = await closed;
  return signal === 'SIGKILL';
}

function personalizeClient(): PersonalizeClient {
  const { AWS_REGION: region = '', AWS_ENDPOINT_URL_PERSONALIZE: endpoint = '' } = clouds.environment;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new PersonalizeClient({ region, endpoint, credentials });
}

/** How many jobs of each kind there are in Personalize, by kind. */
async function countJobs() {
  const personalize = personalizeClient();
  const versions = await personalize.send(new ListSolutionVersionsCommand({ maxResults: 100 }));
  const imports = await personalize.send(new ListDatasetImportJobsCommand({ maxResults: 100 }));
  const inferences = await personalize.send(new ListBatchInferenceJobsCommand({ maxResults: 100 }));
  const segments = await personalize.send(new ListBatchSegmentJobsCommand({ maxResults: 100 }));
  return {
    imports: imports.datasetImportJobs?.length,
    trainings: versions.solutionVersions?.length,
    inferences: inferences.batchInferenceJobs?.length,
    segments: segments.batchSegmentJobs?.length,
  };
}

/** Recipes of all solutions, and the modes of all import jobs. */
async function describeSecondRun() {
  const personalize = personalizeClient();
  const { solutions = [] } = await personalize.send(new ListSolutionsCommand({ maxResults: 100 }));
  const { datasetImportJobs = [] } = await personalize.send(
    new ListDatasetImportJobsCommand({ maxResults: 100 }),
  );
  const imports: Record<string, number> = {};
  for (const { importMode = '' } of datasetImportJobs) imports[importMode] = (imports[importMode] ?? 0) + 1;
  return { solutions: solutions.map(({ recipeArn }) => recipeArn), imports };
}

const ONE_OF_EACH = { imports: 3, trainings: 4, inferences: 3, segments: 1 };

const rows = async (sql: string) => (await client.query({ text: sql, rowMode: 'array' })).rows;

async function expectWholeAndLive(): Promise<void> {
  const users = await rows(
    `SELECT count(*)::int, bool_and(cardinality(product_ids) > 0) FROM offline_user_recommendations`,
  );
  expect(users).toEqual([[60, true]]);
  const pointer = Pointer.parse(JSON.parse(String(clouds.kv.values.get(POINTER_KEY))));
  const manifest = Manifest.parse(
    JSON.parse(String(clouds.kv.values.get(manifestKey(pointer.live))).replace(/^[^{]*/, '')),
  );
  for (const { key } of partsOf(manifest)) expect(clouds.kv.values.has(key)).toBe(true);
}

/** Many whole programs one after the other. */
const PATIENCE = { timeout: 600_000 };

describe('batch run', PATIENCE, () => {
  test('makes recommendations of every customer with an order, told to whoever follows it; a second run makes new ones', async () => {
    const running = finish(start('run'));
    while ((await rows(`SELECT FROM batch_job_metadata WHERE kind = 'step'`)).length === 0) await sleep(20);
    const followed = await finish(start('show', '--follow'));
    const first = await running;
    expect(followed.code).toBe(0);
    for (const step of STEP_NAMES)
      expect(followed.said.match(new RegExp(`✓ ${step} `, 'g'))?.length, step).toBe(1);
    expect(followed.said).toMatch(/training\/user-personalization: succeeded[\s\S]*: succeeded/);
    expect(first.said).toContain('recommendations of 60 customers are live');
    expect(first.code).toBe(0);
    await expectWholeAndLive();
    expect(await countJobs()).toEqual(ONE_OF_EACH);
    expect(await rows(`SELECT name, status FROM batch_job_metadata WHERE kind = 'step' ORDER BY id`)).toEqual(
      STEP_NAMES.map((name) => [name, 'succeeded']),
    );
    const status = await finish(start('status'));
    expect(status.said).toMatch(/live: snapshot 1 .*readers: snapshot 1 .*as intended.*✓ run .*succeeded/s);
    expect((await finish(start('run'))).code).toBe(0);
    const live = await finish(start('status', '--json'));
    expect(JSON.parse(live.said)).toMatchObject({ live: { snapshot_id: 2, previous_snapshot_id: 1 } });
  });

  test('killed in every step goes on, and makes no job twice', async () => {
    for (const step of STEP_NAMES) expect([step, await killInStep(step, 40)]).toEqual([step, true]);
    const last = await finish(start('run'));
    expect([last.code, last.said]).toEqual([0, expect.stringContaining('done before')]);
    expect(await countJobs()).toEqual(ONE_OF_EACH);
    expect(
      await rows(`SELECT count(*)::int, min(status) FROM batch_job_metadata WHERE kind = 'run'`),
    ).toEqual([[1, 'succeeded']]);
    expect(await rows(`SELECT count(*)::int FROM snapshots`)).toEqual([[1]]);
    await expectWholeAndLive();
  });

  test('told to stop ends by itself and says how to go on', async () => {
    const child = start('run');
    const ended = finish(child);
    child.stderr?.on('data', (chunk: Buffer) => {
      if (String(chunk).includes('… train')) child.kill('SIGTERM');
    });
    const { code, said } = await ended;
    expect([code, said]).toEqual([4, expect.stringContaining('run the same command again')]);
    expect(await rows(`SELECT status FROM batch_job_metadata WHERE kind = 'run'`)).toEqual([['waiting']]);
  });

  test('that need not train loads the lists there are, and what is popular now', async () => {
    policy = { RETRAIN: 'older-than 27 days' };
    const plan = await finish(start('run', '--dry-run'));
    expect(plan.said).toMatch(
      /nothing is made now.*717 interactions.*it trains: no run has inferred yet.*training\/user-personalization +717 interactions +up to \$0\.00 +to be made.*batch-inference\/user-personalization +60 users × 50 results/s,
    );
    expect(await countJobs()).toEqual({ imports: 0, trainings: 0, inferences: 0, segments: 0 });
    expect((await finish(start('run'))).code).toBe(0);
    await client.query(`UPDATE products SET available = false WHERE item_number = 1`);
    const second = await finish(start('run'));
    expect([second.code, second.said]).toEqual([
      0,
      expect.stringMatching(/- train +skipped: the training of run/),
    ]);
    expect(await countJobs()).toEqual(ONE_OF_EACH);
    expect(
      await rows(
        `SELECT name, status FROM batch_job_metadata WHERE kind = 'step' AND run_id =
         (SELECT max(run_id) FROM batch_job_metadata WHERE kind = 'run') ORDER BY id`,
      ),
    ).toEqual(
      STEP_NAMES.map((name) => [
        name,
        ['export', 'import', 'train', 'infer'].includes(name) ? 'skipped' : 'succeeded',
      ]),
    );
    await expectWholeAndLive();
    const sold = await rows(
      `SELECT count(*)::int FROM offline_user_recommendations WHERE (SELECT product_id FROM products WHERE item_number = 1) = ANY(product_ids)`,
    );
    expect(sold).toEqual([[0]]);
    const shown = await finish(start('show'));
    expect(shown.said).toMatch(
      /: succeeded.*✓ check .*- train .*skipped: .*RETRAIN is older-than 27 days.*✓ publish/s,
    );
    const listed = (await finish(start('runs'))).said.trim().split('\n');
    expect(listed).toEqual([
      expect.stringMatching(/^✓ .* succeeded, lists of /),
      expect.stringMatching(/^✓ .* succeeded, /),
    ]);
  });

  test('without waiting ends while the clouds work, and the next ticks bring it to its end', async () => {
    const codes: (number | null)[] = [];
    let said = '';
    while (codes.length < 20 && codes.at(-1) !== 0) {
      const tick = await finish(start('run', '--no-wait'));
      codes.push(tick.code);
      said += tick.said;
    }
    expect(new Set(codes)).toEqual(new Set([6, 0]));
    expect(said).toMatch(
      /Personalize is still at work: .*\[cloud_at_work\]\s+what to do: run the same command again/,
    );
    expect(await countJobs()).toEqual(ONE_OF_EACH);
    await expectWholeAndLive();
  });

  test('adds only newer interactions where that is asked for, with the second version of the recipe', async () => {
    policy = { IMPORT_MODE: 'incremental', RECIPE_USER_PERSONALIZATION: 'v2', SEGMENTS: 'off' };
    const first = await finish(start('run'));
    expect([first.code, first.said]).toEqual([
      0,
      expect.stringContaining('in full, not incrementally: nothing has been imported yet'),
    ]);
    await client.query(`
      WITH added AS (
        INSERT INTO orders (order_id, source, unified_customer_id, ordered_at, status, content_hash)
        SELECT 'n' || n, 'test', 'c' || 1 + n % 60, timestamptz '2026-03-01' + n * interval '1 hour', 'completed', ''
        FROM generate_series(1, 400) AS n RETURNING order_number)
      INSERT INTO order_items (order_number, line_number, item_number, quantity, price)
      SELECT order_number, line, 1 + (order_number + line * 7) % 40, 1, 9.5 FROM added, generate_series(1, 3) AS line`);
    expect((await finish(start('run'))).code).toBe(0);
    const { solutions, imports } = await describeSecondRun();
    expect(solutions).toContain('arn:aws:personalize:::recipe/aws-user-personalization-v2');
    expect(imports).toEqual({ FULL: 5, INCREMENTAL: 1 });
    // The second training knew both: all 717 interactions there were, and 1,200 more.
    expect(
      await rows(
        `SELECT counts->>'interactions' FROM batch_job_metadata WHERE name = 'training/user-personalization' ORDER BY id`,
      ),
    ).toEqual([['717'], ['1917']]);
    await expectWholeAndLive();
  });

  test('does some steps only, as asked for', async () => {
    const refused = await finish(start('run', '--from', 'load'));
    expect([refused.code, refused.said]).toEqual([2, expect.stringContaining('[no_run]')]);
    const first = await finish(start('run', '--until', 'infer'));
    expect([first.code, first.said]).toEqual([0, expect.stringContaining('stops behind infer')]);
    const early = await finish(start('run', '--only', 'publish'));
    expect([early.code, early.said]).toEqual([2, expect.stringContaining('load has not been done')]);
    const shown = await finish(start('show'));
    expect(shown.said).toMatch(
      /: waiting.*✓ training\/item-affinity: succeeded, 717 interactions.*arn:aws:personalize:.*:solution\//s,
    );
    expect((await finish(start('run', '--only', 'load'))).code).toBe(0);
    expect((await finish(start('run'))).code).toBe(0);
    await expectWholeAndLive();
    expect(await rows(`SELECT count(*)::int FROM snapshots`)).toEqual([[1]]);
  });

  test('with nothing to learn from says what to do', async () => {
    await client.query(`UPDATE orders SET status = 'returned'`);
    const { code, said } = await finish(start('run'));
    expect(code).toBe(1);
    expect(said).toMatch(
      /there is nothing to learn from.*\[no_trainable_orders\]\s+what to do: load orders/s,
    );
  });

  test('at work keeps a second one out', async () => {
    const first = start('run');
    if (first.stderr === null) throw new Error('no stderr');
    for await (const line of createInterface({ input: first.stderr })) if (line.includes('… check')) break;
    const second = await finish(start('run'));
    first.kill('SIGKILL');
    expect([second.code, second.said]).toEqual([3, expect.stringContaining(`process ${first.pid}`)]);
  });
});
