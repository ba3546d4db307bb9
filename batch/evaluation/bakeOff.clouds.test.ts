import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestClouds, type TestClouds } from '../../local/testing/clouds.ts';
import { insertSmallShop } from '../../local/testing/smallShop.ts';
import { Evaluation } from './evaluation.ts';

let clouds: TestClouds;
let client: pg.Client;
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

async function batch(...args: string[]): Promise<{ code: number; answer: string; said: string }> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    env: {
      PATH: process.env['PATH'],
      ...clouds.environment,
      EMBEDDED_ENDPOINT: clouds.personalize.url,
      ENGINE: 'auto',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let answer = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
    answer += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => (said += chunk));
  const [code] = await once(child, 'close');
  return { code, answer, said };
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
  expect(JSON.parse(last.answer)).toMatchObject({ kind: 'holdout' });
});
