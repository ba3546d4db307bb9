import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const script = fileURLToPath(new URL('./install.mjs', import.meta.url));
const lock = {
  packages: {
    '': { name: 'x' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-o', optional: true },
  },
};

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'install-'));
  await writeFile(join(root, 'package-lock.json'), JSON.stringify(lock));
  // Stands in for npm: notes each call, takes a while, and fills the folder.
  await writeFile(
    join(root, 'npm.js'),
    `const fs = require('node:fs');
     fs.appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
     setTimeout(() => { fs.mkdirSync('node_modules', { recursive: true }); process.exit(fs.existsSync('offline') ? 7 : 0); }, 300);`,
  );
});

afterEach(() => rm(root, { recursive: true, force: true }));

const env = (): NodeJS.ProcessEnv => ({ PATH: '/usr/bin:/bin', npm_execpath: join(root, 'npm.js') });
const run = (): SpawnSyncReturns<string> =>
  spawnSync(process.execPath, [script, root], { env: env(), encoding: 'utf8' });
const calls = async (): Promise<string[]> =>
  (await readFile(join(root, 'calls'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

test('installs once, and again only when the lock changes', async () => {
  expect(run()).toMatchObject({ status: 0, stdout: expect.stringContaining('npm ci') });
  expect(run()).toMatchObject({ status: 0, stdout: '' });
  expect(await calls()).toHaveLength(1);
  await writeFile(join(root, 'package-lock.json'), JSON.stringify({ ...lock, changed: true }));
  run();
  expect(await calls()).toHaveLength(2);
});

test('leaves alone what npm ci by hand has installed', async () => {
  await mkdir(join(root, 'node_modules'));
  const present = { packages: { 'node_modules/a': lock.packages['node_modules/a'] } };
  await writeFile(join(root, 'node_modules/.package-lock.json'), JSON.stringify(present));
  expect(run().status).toBe(0);
  expect(await calls()).toHaveLength(0);
});

test('installs anew when a version differs from the lock', async () => {
  await mkdir(join(root, 'node_modules'));
  const present = { packages: { 'node_modules/a': { version: '0.9.0', integrity: 'sha512-z' } } };
  await writeFile(join(root, 'node_modules/.package-lock.json'), JSON.stringify(present));
  run();
  expect(await calls()).toHaveLength(1);
});

test('two at once install once', async () => {
  const codes = await Promise.all(
    [0, 1, 2].map(() => {
      const child = spawn(process.execPath, [script, root], { env: env(), stdio: 'ignore' });
      return new Promise((resolve) => child.once('exit', resolve));
    }),
  );
  expect(codes).toEqual([0, 0, 0]);
  expect(await calls()).toHaveLength(1);
});

test('goes on after an install that was killed', async () => {
  await mkdir(join(root, '.local'));
  await writeFile(join(root, '.local/installing'), '4194303');
  expect(run().status).toBe(0);
});

test('goes on after a killed install whose number another process has now', async () => {
  await mkdir(join(root, '.local'));
  await writeFile(join(root, '.local/installing'), `${process.pid} 1`);
  // Elsewhere no start time is known, and the number alone counts.
  if (process.platform === 'linux') expect(run().status).toBe(0);
});

test('goes on after a killed install that had its own number, as in a container', async () => {
  await mkdir(join(root, '.local'));
  const own = "require('fs').writeFileSync('.local/installing', process.pid + '')";
  await writeFile(join(root, 'own.cjs'), own);
  const args = ['--require', join(root, 'own.cjs'), script, root];
  expect(spawnSync(process.execPath, args, { cwd: root, env: env() }).status).toBe(0);
});

test('leaves the lock of another install alone when it ends for a reason of its own', async () => {
  run();
  await writeFile(join(root, '.local/installing'), `${process.pid}`);
  await mkdir(join(root, 'node_modules/.bin'), { recursive: true });
  await writeFile(join(root, 'node_modules/.bin/node'), '#!/bin/sh\necho v20.1.0\n', { mode: 0o755 });
  expect(run().status).toBe(1);
  expect(await readFile(join(root, '.local/installing'), 'utf8')).toBe(`${process.pid}`);
});

test('says what to do when the registry cannot be reached, and tries again next time', async () => {
  await writeFile(join(root, 'offline'), '');
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('registry') });
  await rm(join(root, 'offline'));
  expect(run().status).toBe(0);
});

test('says which Node is needed when no new enough one runs', async () => {
  await mkdir(join(root, 'node_modules/.bin'), { recursive: true });
  await writeFile(join(root, 'node_modules/.bin/node'), '#!/bin/sh\necho v20.1.0\n', { mode: 0o755 });
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('Node 22 or newer is needed') });
});
