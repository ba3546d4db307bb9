import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestClouds, type TestClouds } from '../local/testing/clouds.ts';
import { insertSmallShop } from '../local/testing/smallShop.ts';

let clouds: TestClouds;
let client: pg.Client;
/** A Worker that says which formats it reads. */
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

/** Every command of the batch's part of the document, once. */
function documentedCommands(): string[] {
  const text = readFileSync(fileURLToPath(new URL('../docs/operations.md', import.meta.url)), 'utf8');
  const part = text.slice(text.indexOf('## The batch'));
  const found = [...part.matchAll(/`npm run (batch -- [^`]+|migrate)`/g)].map(([, command = '']) => command);
  return [...new Set(found)].sort();
}

async function run(command: string, heldRun: string): Promise<{ code: number; said: string }> {
  const words = command.replace(/^batch -- /, '').match(/"[^"]*"|\S+/g) ?? [];
  const args = words.map((word) => (word === 'RUN' ? heldRun : word.replaceAll('"', '')));
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
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

/** In the order of a bad night: a held run is put live, the next one is rolled back. Exit codes that are right. */
const NIGHT: readonly (readonly [command: string, codes: readonly number[]])[] = [
  ['migrate', [0]],
  ['batch -- config', [0]],
  ['batch -- doctor', [0]],
  // The stand-ins know nothing of IAM or of Cloudflare's tokens.
  ['batch -- doctor --cloud', [0, 1]],
  ['batch -- cost', [0]],
  ['batch -- run', [5]],
  ['batch -- show', [0]],
  ['batch -- publish --run RUN --force --why "TEXT"', [0]],
  ['batch -- run --fresh', [0]],
  ['batch -- status', [0]],
  ['batch -- bakeoff --last', [0]],
  ['batch -- status --check', [0]],
  ['batch -- rollback', [0]],
  ['batch -- publish', [0]],
  ['batch -- rebuild-kv', [0]],
];

test('every command of the operations document does what it is there for', { timeout: 300_000 }, async () => {
  expect(NIGHT.map(([command]) => command).sort()).toEqual(documentedCommands());
  workerReads = [99];
  let heldRun = '';
  for (const [command, codes] of NIGHT) {
    const { code, said } = await run(command, heldRun);
    expect({ command, right: codes.includes(code), code, said }).toMatchObject({ right: true });
    if (code === 5) {
      const { rows } = await client.query(`SELECT run_id FROM snapshots WHERE state = 'held'`);
      heldRun = rows[0].run_id;
      workerReads = [1];
    }
  }
});
