import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFreePort } from '../freePort.ts';
import { type Child, startChild } from '../processes/child.ts';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let url: string;
let wrangler: Child;
const said: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plain-dev-'));
  const port = await findFreePort();
  url = `http://127.0.0.1:${port}`;
  wrangler = await startChild({
    command: process.execPath,
    args: [
      join(projectRoot, 'node_modules/wrangler/bin/wrangler.js'),
      ...['dev', '--ip', '127.0.0.1', '--port', String(port), '--persist-to', join(folder, 'state')],
      ...['--inspector-ip', '127.0.0.1', '--inspector-port', '0', '--show-interactive-dev-session=false'],
    ],
    // Nothing of ours: no DATABASE_URL, no key; and no connection to the outside.
    env: {
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, 'config'),
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_SEND_ERROR_REPORTS: 'false',
      NO_COLOR: '1',
      CI: 'true',
    },
    cwd: projectRoot,
    output: (line) => said.push(line),
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
  });
});

afterAll(async () => {
  await wrangler.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What still runs with the environment that wrangler and all it starts were given. */
async function processesStarted(): Promise<string[]> {
  const names = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(
    names.map((name) => readFile(`/proc/${name}/environ`, 'utf8').catch(() => '')),
  );
  return names.filter((_, at) => environments[at]?.includes(`HOME=${folder}\0`));
}

async function isAnswering(): Promise<boolean> {
  const answer = await fetch(`${url}/health`).catch(() => null);
  await answer?.body?.cancel();
  return answer !== null;
}

test('plain `wrangler dev`, with nothing else running, answers from the defaults and leaves no process', async () => {
  const started = expect.poll(isAnswering, { timeout: 120_000, interval: 200 }).toBe(true);
  await started.catch((cause: unknown) => {
    throw new Error(`wrangler said: ${said.join('\n')}`, { cause });
  });
  const health = await fetch(`${url}/health`);
  expect(health.status).toBe(200);
  await health.body?.cancel();
  const read = await fetch(`${url}/api/v1/personalize/recommendations/user/anybody?limit=3`);
  expect(read.status).toBe(200);
  expect(await read.json()).toMatchObject({ source: 'defaults' });

  const isLinux = process.platform === 'linux';
  if (isLinux) expect((await processesStarted()).length).toBeGreaterThan(1);
  await wrangler.stop();
  expect(await isAnswering()).toBe(false);
  expect(await processesStarted()).toEqual([]);
}, 180_000);
