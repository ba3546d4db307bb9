import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { findFreePort } from './freePort.ts';
import { keptOutside, removePostgres } from './postgres/outside.ts';

const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));
const Answer = z.object({
  source: z.string(),
  recommendations: z.array(z.object({ product_id: z.string() })),
});

let folder: string;
let port: number;
const running: Pick<Run, 'process' | 'ended'>[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-test-'));
  port = await findFreePort();
  spawnSync('chmod', ['755', folder]);
});

afterAll(async () => {
  for (const { process: child, ended } of running) {
    if (child.exitCode === null) child.kill('SIGTERM');
    await ended;
  }
  await removePostgres(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
});

const launch = (...flags: string[]): string[] => [
  ...['--disable-warning=ExperimentalWarning', '--import', 'tsx', 'local/start.ts'],
  ...['--data', folder, '--port', String(port), ...flags],
];

interface Run {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function start(...flags: string[]): Run {
  let output = '';
  const child = spawn(process.execPath, launch(...flags), {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  running.push({ process: child, ended });
  return { process: child, output: () => output, ended };
}

async function untilSaid(run: Run, text: string): Promise<void> {
  const said = async (): Promise<boolean> => run.output().includes(text) || run.process.exitCode !== null;
  await expect.poll(said, { timeout: 240_000, interval: 100 }).toBe(true);
  expect(run.output()).toContain(text);
}

/** Processes that name the folder, or stand in it. */
async function processesOf(place: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const named = await Promise.all(
    pids.map(async (pid) => {
      const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const where = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      return words.includes(place) || where.startsWith(place)
        ? [`${pid} ${words.replaceAll('\0', ' ')}`]
        : [];
    }),
  );
  return named.flat();
}

async function read(url: string): Promise<z.infer<typeof Answer>> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return Answer.parse(await response.json());
}

/** Asks until the answer comes from that store: a busy machine may miss a time budget first. */
async function readFrom(source: string, url: string): Promise<z.infer<typeof Answer>> {
  let answer = await read(url);
  const again = async (): Promise<string> => {
    answer = await read(url);
    return answer.source;
  };
  if (answer.source !== source) await expect.poll(again, { timeout: 90_000, interval: 500 }).toBe(source);
  return answer;
}

/** Root's server may not be able to enter the folder of this test: then its data is elsewhere. */
async function postmasterFile(): Promise<string> {
  const dataDir = join(folder, 'postgres');
  return join((await keptOutside(dataDir)) ?? dataDir, 'server/data/postmaster.pid');
}

test('one command makes a shop and answers; when stores go, the next one answers; Ctrl-C leaves nothing', async () => {
  const run = start('--users', '150');
  await untilSaid(run, 'Ready:');
  const urls = [...run.output().matchAll(/curl -s '([^']+)'/g)].map((match) => match[1] ?? '');
  expect(urls).toHaveLength(5);
  const [own = '', similar = '', place = '', nobody = '', pairs = ''] = urls;
  const first = await readFrom('kv', own);
  for (const url of [similar, place, nobody]) expect((await read(url)).recommendations).toHaveLength(3);
  expect((await fetch(pairs)).status).toBe(200);

  await emptyKv();
  expect((await readFrom('postgres', own)).recommendations).toEqual(first.recommendations);

  const pidFile = await readFile(await postmasterFile(), 'utf8');
  process.kill(Number(pidFile.split('\n')[0]), 'SIGINT');
  await untilSaid(run, 'PostgreSQL has ended');
  expect((await readFrom('defaults', own)).recommendations).toHaveLength(3);

  run.process.kill('SIGINT');
  expect(await run.ended).toBe(0);
  expect(run.output()).toContain('no process is left behind');
  expect(await processesOf(folder)).toEqual([]);
}, 400_000);

test('a second start serves the same shop without a new batch', async () => {
  const run = start();
  await untilSaid(run, 'Ready:');
  expect(run.output()).not.toMatch(/✓ (ingest|train)/);
  // The first test emptied KV: what is live is written again.
  expect(run.output()).toContain('publish');
  const own = /curl -s '([^']+)'/.exec(run.output())?.[1] ?? '';
  await readFrom('kv', own);

  const other = start();
  expect(await other.ended).toBe(1);
  expect(other.output()).toMatch(/in use|already used/);

  run.process.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  expect(await processesOf(folder)).toEqual([]);
}, 400_000);

test('a wrong flag is explained', () => {
  const unknown = spawnSync(process.execPath, launch('--user', '5'), { cwd: projectRoot, encoding: 'utf8' });
  expect(unknown.status).toBe(1);
  expect(unknown.stderr).toContain("unknown option '--user'");
  expect(unknown.stderr).toContain('--help');
  const noFile = spawnSync(process.execPath, launch('--orders', '/no/such.csv'), {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  expect(noFile.stderr).toContain('/no/such.csv cannot be read');
});

async function emptyKv(): Promise<void> {
  const env = await readFile(join(folder, 'env'), 'utf8');
  const base = /^KV_BASE_URL='([^']+)'/m.exec(env)?.[1] ?? '';
  const Keys = z.object({ result: z.array(z.object({ name: z.string() })) });
  const keys = Keys.parse(await (await fetch(`${base}/keys?limit=1000`)).json()).result.map(
    ({ name }) => name,
  );
  expect(keys.length).toBeGreaterThan(5);
  const headers = { 'content-type': 'application/json' };
  await fetch(`${base}/bulk/delete`, { method: 'POST', headers, body: JSON.stringify(keys) });
}
