import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Ended, runBatchProgram } from '../local/testing/batchProgram.ts';
import { startTestClouds, type TestClouds } from '../local/testing/clouds.ts';
import { type FormatsWorker, startFormatsWorker } from '../local/testing/formatsWorker.ts';
import { insertSmallShop } from '../local/testing/smallShop.ts';

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

/** Every command of the batch's part of the document, once. */
function documentedCommands(): string[] {
  const text = readFileSync(fileURLToPath(new URL('../docs/operations.md', import.meta.url)), 'utf8');
  const part = text.slice(text.indexOf('## The batch'));
  const found = [...part.matchAll(/`npm run (batch -- [^`]+|migrate)`/g)].map(([, command = '']) => command);
  return [...new Set(found)].sort();
}

function run(command: string, heldRun: string): Promise<Ended> {
  const words = command.replace(/^batch -- /, '').match(/"[^"]*"|\S+/g) ?? [];
  const args = words.map((word) => (word === 'RUN' ? heldRun : word.replaceAll('"', '')));
  return runBatchProgram({ ...clouds.environment, EDGE_URL: worker.url }, args, process.cwd());
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
  worker.reads = [99];
  let heldRun = '';
  for (const [command, codes] of NIGHT) {
    const { code, said } = await run(command, heldRun);
    expect({ command, right: code !== null && codes.includes(code), code, said }).toMatchObject({
      right: true,
    });
    if (code === 5) {
      const { rows } = await client.query(`SELECT run_id FROM snapshots WHERE state = 'held'`);
      heldRun = rows[0].run_id;
      worker.reads = [1];
    }
  }
});
