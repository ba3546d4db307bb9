import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { isAlive } from '../processes/processIdentity.ts';
import { keptOutside, removePostgres } from './outside.ts';
import { type LocalPostgres, startPostgres } from './startPostgres.ts';

/** Of all tests: making a cluster takes longer than the rest of any. */
let folder: string;
let said: string[];
let running: LocalPostgres | null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postgres-test-'));
  await chmod(folder, 0o755);
});
beforeEach(() => {
  said = [];
  running = null;
});
afterEach(() => running?.stop());
afterAll(() => removePostgres(folder));

async function start(port?: number): Promise<LocalPostgres> {
  const log = (line: string): void => void said.push(line);
  running = await startPostgres({ dataDir: folder, log, ...(port === undefined ? {} : { port }) });
  return running;
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const pidFile = async (): Promise<string> =>
  join((await keptOutside(folder)) ?? folder, 'server/data/postmaster.pid');

/** As a machine that loses power: nobody is told, and postmaster.pid stays. */
async function crash(server: LocalPostgres): Promise<void> {
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  await server.stop();
}

test('keeps its data and its port between starts, and listens on loopback only', async () => {
  const first = await start();
  await ask(first.url, "CREATE TABLE kept AS SELECT 'çam' AS word");
  expect(await ask(first.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  await first.stop();
  const second = await start(first.port);
  expect(second.port).toBe(first.port);
  expect(await ask(second.url, 'SELECT word FROM kept')).toEqual([{ word: 'çam' }]);
});

test('asks for its password, which only the owner of the folder can read', async () => {
  const server = await start();
  const wrong = new URL(server.url);
  wrong.password = 'guess';
  await expect(ask(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600);
});

test('serves one owner a folder', async () => {
  await start();
  const log = (): void => undefined;
  await expect(startPostgres({ dataDir: folder, log })).rejects.toMatchObject({ code: 'in-use' });
});

test('starts again after a crash with what had reached the disk', async () => {
  const first = await start();
  await ask(first.url, 'CREATE TABLE written AS SELECT 7 AS n');
  // Commits do not wait for the disk here (synchronous_commit off): this one is brought there.
  await ask(first.url, 'CHECKPOINT');
  await crash(first);
  expect(await ask((await start()).url, 'SELECT n FROM written')).toEqual([{ n: 7 }]);
});

test('is not stopped by another process that has the number of the crashed server', async () => {
  await crash(await start());
  const file = await pidFile();
  const lines = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, [process.ppid, ...lines.slice(1)].join('\n'));
  expect(await ask((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(isAlive(process.ppid)).toBe(true);
});

test('stops a server that a killed owner left behind, and says so', async () => {
  const script = join(folder, 'owner.mts');
  const module = fileURLToPath(new URL('./startPostgres.ts', import.meta.url));
  await writeFile(
    script,
    `import { startPostgres } from ${JSON.stringify(module)};
     const server = await startPostgres({ dataDir: ${JSON.stringify(folder)}, log: console.log });
     console.log(\`pid=\${server.pid}\`);
     setInterval(() => {}, 1000);`,
  );
  const owner = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  owner.stdout.on('data', (text: Buffer) => {
    told += text.toString();
  });
  await expect.poll(() => told, { timeout: 60_000 }).toMatch(/pid=\d+\n/);
  const pid = Number(/pid=(\d+)/.exec(told)?.[1]);
  // Both ways of dying at once: the owner, and what watches over its death.
  const watcher = Number(await watcherOf(pid));
  process.kill(watcher, 'SIGKILL');
  owner.kill('SIGKILL');
  await new Promise((resolve) => owner.once('exit', resolve));
  expect(isAlive(pid)).toBe(true);
  await start();
  expect(said.join('\n')).toContain(`process ${pid}`);
  await expect.poll(() => isAlive(pid)).toBe(false);
});

async function watcherOf(pid: number): Promise<string> {
  const list = spawn('sh', [
    '-c',
    `grep -l "deathwatch" /proc/[0-9]*/cmdline | while read f; do
    tr '\\0' ' ' < $f | grep -q " ${pid} INT" && echo $f | cut -d/ -f3; done | head -1`,
  ]);
  let text = '';
  for await (const chunk of list.stdout) text += String(chunk);
  return text.trim();
}
