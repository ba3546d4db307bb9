import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestClouds, type TestClouds } from '../../local/testing/clouds.ts';
import { insertSmallShop } from '../../local/testing/smallShop.ts';
import { POINTER_KEY } from '../../shared/snapshot/manifest.ts';

let clouds: TestClouds;
let client: pg.Client;
/** A Worker that says which formats it reads, and nothing else. */
let worker: Server;
let workerReads: number[];
beforeEach(async () => {
  clouds = await startTestClouds();
  client = new pg.Client({ connectionString: clouds.databaseUrl });
  await client.connect();
  await insertSmallShop(client, { customers: 60, products: 40 });
  worker = createServer((_, response) => response.end(JSON.stringify({ snapshot_formats: workerReads })));
  worker.listen(0, '127.0.0.1');
  await once(worker, 'listening');
});
afterEach(async () => {
  worker.close();
  await client.end();
  await clouds.stop();
});

async function batch(...args: string[]): Promise<{ code: number; said: string }> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const { port } = worker.address() as AddressInfo;
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    env: { PATH: process.env['PATH'], ...clouds.environment, EDGE_URL: `http://127.0.0.1:${port}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk));
  const [code] = await once(child, 'close');
  return { code, said };
}

test('a held run ends with 5 and its reasons, is gone past by the next, and goes live by force', async () => {
  workerReads = [99];
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
  workerReads = [1];
  const next = await batch('run');
  expect([next.code, next.said]).toEqual([0, expect.stringContaining('✓ gate')]);
  expect(JSON.parse(String(clouds.kv.values.get(POINTER_KEY)))).toMatchObject({ live: 2 });
});
