import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startChild } from './child.ts';
import { takeLock } from './lock.ts';
import { commandLineOf, isAlive, startTimeOf } from './processIdentity.ts';

const childModule = fileURLToPath(new URL('./child.ts', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'processes-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A shell that notes its own id and that of a child of its own, and waits. */
const family = (file: string, onTerm: string): string[] => [
  '-c',
  `trap '${onTerm}' TERM; sleep 1000 & echo "$$ $!" > ${file}; while :; do sleep 0.1; done`,
];

async function idsFrom(file: string): Promise<number[]> {
  await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 20_000 }).toMatch(/\n$/);
  return (await readFile(file, 'utf8')).trim().split(' ').map(Number);
}

/** Zombies do not count: who reaps them is up to the machine's first process. */
async function areGone(ids: readonly number[]): Promise<boolean> {
  const commands = await Promise.all(ids.map(async (id) => (isAlive(id) ? await commandLineOf(id) : null)));
  return commands.every((command) => command === null || command === '');
}

const plain = { env: { PATH: '/usr/bin:/bin' }, cwd: '/', stopSignal: 'SIGTERM', graceMs: 500 } as const;

describe('a child', () => {
  test('is stopped together with its own children', async () => {
    const file = join(folder, 'ids');
    const output = (): void => undefined;
    const child = await startChild({ ...plain, command: '/bin/sh', args: family(file, 'exit 3'), output });
    const ids = await idsFrom(file);
    await child.stop();
    expect(await child.exited).toMatchObject({ code: 3 });
    await expect.poll(() => areGone(ids)).toBe(true);
  });

  test('that does not heed the signal is killed', async () => {
    const file = join(folder, 'ids');
    const output = (): void => undefined;
    const child = await startChild({ ...plain, command: '/bin/sh', args: family(file, ':'), output });
    const ids = await idsFrom(file);
    await Promise.all([child.stop(), child.stop()]);
    expect((await child.exited).signal).toBe('SIGKILL');
    await expect.poll(() => areGone(ids)).toBe(true);
  });

  test('does not outlive a parent that is killed outright', async () => {
    const file = join(folder, 'ids');
    const script = join(folder, 'parent.mts');
    await writeFile(
      script,
      `import { startChild } from ${JSON.stringify(childModule)};
       await startChild({ ...${JSON.stringify(plain)}, command: '/bin/sh',
         args: ${JSON.stringify(family(file, 'exit 0'))}, output: () => undefined });
       setInterval(() => {}, 1000);`,
    );

    const parent: ChildProcess = spawn(process.execPath, [script], { stdio: 'inherit' });
    const ids = await idsFrom(file);
    parent.kill('SIGKILL');
    await expect.poll(() => areGone(ids), { timeout: 20_000 }).toBe(true);
  });

  test('that does not exist is a typed error', async () => {
    const start = startChild({ ...plain, command: '/no/such/program', args: [], output: 'inherit' });
    await expect(start).rejects.toMatchObject({ code: 'start-failed' });
  });

  test('hands over what it says, line by line', async () => {
    const lines: string[] = [];
    const output = (line: string): void => void lines.push(line);
    const child = await startChild({
      ...plain,
      command: '/bin/sh',
      args: ['-c', 'echo a; echo b >&2'],
      output,
    });
    await child.exited;
    await expect.poll(() => lines.toSorted()).toEqual(['a', 'b']);
  });
});

describe('a lock', () => {
  test('is held by one process until released', async () => {
    const file = join(folder, 'lock');
    const lock = await takeLock(file, 'The folder');
    await expect(takeLock(file, 'The folder')).rejects.toThrow(
      `The folder is in use by process ${process.pid}`,
    );
    await lock.release();
    await (await takeLock(file, 'The folder')).release();
  });

  test('left by a process that is gone, or whose number another process has now, does not count', async () => {
    const file = join(folder, 'lock');
    const gone = spawn('/bin/true');
    await new Promise((resolve) => gone.once('exit', resolve));
    await writeFile(file, `${gone.pid} 12345\n`);
    await (await takeLock(file, 'The folder')).release();
    await writeFile(file, `${process.ppid} 1\n`);
    await (await takeLock(file, 'The folder')).release();
  });

  test('goes to one of several that ask at once', async () => {
    const file = join(folder, 'lock');
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => takeLock(file, 'The folder')));
    expect(asked.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  });
});

test('a process is known by its start time and its command line', async () => {
  expect(await startTimeOf(process.pid)).toMatch(/\S/);
  expect(await commandLineOf(process.pid)).toContain('node');
  expect(await startTimeOf(2 ** 22 + 1)).toBeNull();
});
