import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Ended, runBatchProgram } from '../../local/testing/batchProgram.ts';
import { startTestClouds, type TestClouds } from '../../local/testing/clouds.ts';
import { type FormatsWorker, startFormatsWorker } from '../../local/testing/formatsWorker.ts';
import { insertSmallShop } from '../../local/testing/smallShop.ts';
import { POINTER_KEY } from '../../shared/snapshot/manifest.ts';

let clouds: TestClouds;
let client: pg.Client;
let worker: FormatsWorker;
beforeEach(async () => {
  clouds = await startTestClouds();
  client = new pg.Client({ connectionString: clouds.databaseUrl });
  await client.connect();
  await insertSmallShop(client, { customers: 60, products: 40 });
  worker = await startFormatsWorker([99]);
});
afterEach(async () => {
  worker.stop();
  await client.end();
  await clouds.stop();
});

function batch(...args: string[]): Promise<Ended> {
  return runBatchProgram({ ...clouds.environment, EDGE_URL: worker.url }, args, process.cwd());
}

test('a held run ends with 5 and its reasons, is gone past by the next, and goes live by force', async () => {
  worker.reads = [99];
  const held = await batch('run');
  expect([held.code, held.said]).toEqual([5, expect.stringMatching(/✗ format .*wanted: one of 99/)]);
  expect(clouds.kv.values.has(POINTER_KEY)).toBe(false);
  const { rows } = await client.query(
    `SELECT run_id, kind, status FROM batch_job_metadata WHERE status <> 'succeeded' ORDER BY id`,
  );
  expect(rows.map(({ kind, status }) => [kind, status])).toEqual([
    ['run', 'held'],
    ['step', 'held'],
  ]);
  const run = String(rows[0].run_id);
  expect(await batch('publish', '--run', run, '--force')).toMatchObject({
    code: 2,
    said: expect.stringContaining('--why'),
  });
  const forced = await batch('publish', '--run', run, '--force', '--why', 'this Worker is about to go');
  expect([forced.code, forced.said]).toEqual([0, expect.stringContaining('snapshot 1 is in KV')]);
  worker.reads = [1];
  const next = await batch('run');
  expect([next.code, next.said]).toEqual([0, expect.stringContaining('✓ gate')]);
  expect(JSON.parse(String(clouds.kv.values.get(POINTER_KEY)))).toMatchObject({ live: 2 });
});
