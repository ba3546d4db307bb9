import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { findFreePort } from '../../local/freePort.ts';
import { sendRedis } from './redis.ts';

const run = promisify(execFile);
const REDIS = '/usr/bin/redis-server';
const POSTGRES = '/usr/lib/postgresql';

export interface Server {
  readonly what: string;
  /** Of the plain design's values. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Redis as Debian packages it, on loopback, filled with the values; null where it is not installed. */
export async function startRedis(values: ReadonlyMap<string, string>): Promise<Server | null> {
  if (!(await isThere(REDIS))) return null;
  const port = await findFreePort();
  const child = spawn(
    REDIS,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdio: 'ignore' },
  );
  const ask = await untilUp(child, () => sendRedis(port));
  for (const [id, value] of values) await ask(['SET', id, value]);
  const { stdout } = await run(REDIS, ['--version']);
  const version = /v=(\S+)/.exec(stdout)?.[1] ?? '';
  return { what: `Redis ${version}`, url: `redis://127.0.0.1:${port}`, stop: () => stopped(child) };
}

/** PostgreSQL as Debian packages it, likewise; it refuses to be root, so root runs it as its own account. */
export async function startDebianPostgres(
  values: ReadonlyMap<string, string>,
  folder: string,
): Promise<Server | null> {
  const versions = (await readdir(POSTGRES).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const version = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (version === undefined) return null;
  const programs = join(POSTGRES, version, 'bin');
  const data = join(folder, 'debian-postgres');
  await mkdir(data);
  const account = await accountOf('postgres');
  if (account !== null) await chown(data, account.uid, account.gid);
  const as = { ...account, cwd: '/' };
  await run(join(programs, 'initdb'), ['-D', data, '-U', 'bench', '-A', 'trust', '--no-sync'], as);
  const port = await findFreePort();
  const settings = ['-h', '127.0.0.1', '-p', String(port), '-k', data];
  const child = spawn(join(programs, 'postgres'), ['-D', data, ...settings], { ...as, stdio: 'ignore' });
  const url = `postgres://bench@127.0.0.1:${port}/postgres`;
  const client = await untilUp(child, async () => {
    const connecting = new pg.Client({ connectionString: url });
    await connecting.connect();
    return connecting;
  });
  await client.query('CREATE TABLE bench_plain (user_id text PRIMARY KEY, value text NOT NULL)');
  await client.query('INSERT INTO bench_plain SELECT * FROM unnest($1::text[], $2::text[])', [
    [...values.keys()],
    [...values.values()],
  ]);
  await client.query('ANALYZE');
  await client.end();
  return { what: `PostgreSQL ${version}`, url, stop: () => stopped(child) };
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Null when this process is not root, and stays who it is. */
async function accountOf(name: string): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (of) => (await run('id', [of, name])).stdout));
  return { uid: Number(uid), gid: Number(gid) };
}

async function untilUp<T>(child: ChildProcess, ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < 600 && child.exitCode === null; tries += 1) {
    const answer = await ask().catch(() => null);
    if (answer !== null) return answer;
    await sleep(50);
  }
  child.kill('SIGKILL');
  throw new Error(`${child.spawnfile} did not start`);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  // PostgreSQL's fast shutdown; Redis, too, ends at once.
  child.kill('SIGINT');
  await gone;
}
