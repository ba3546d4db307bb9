import { mkdir, open, readFile, realpath, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { LocalError } from '../errors.ts';
import { findFreePort } from '../freePort.ts';
import { type Child, startChild } from '../processes/child.ts';
import { takeLock } from '../processes/lock.ts';
import { ensureCluster, superuser } from './cluster.ts';
import { stopOrphan } from './orphan.ts';
import { keepPassword } from './password.ts';
import { placeServer } from './placement.ts';

export interface PostgresOptions {
  /** Kept between starts; made when absent. When root cannot be followed there, see placeServer. */
  readonly dataDir: string;
  /** Taken when free, else another one is found. */
  readonly port?: number;
  /** More server settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

export interface LocalPostgres {
  /** Connection string of the superuser on the database "shop". */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, asked or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const LOG_LIMIT_BYTES = 16_000_000;
export const databaseName = 'shop';

/**
 * Starts the PostgreSQL 18 that came with the packages, on loopback only, for a machine of two
 * cores. It ends with this process, also when this process is killed.
 * @throws {LocalError} in-use, not-permitted, unsupported-platform, start-failed
 */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  await mkdir(options.dataDir, { recursive: true });
  const dataDir = await realpath(options.dataDir);
  const lock = await takeLock(join(dataDir, 'lock'), `The PostgreSQL in ${options.dataDir}`);
  let child: Child | null = null;
  try {
    const placement = await placeServer(dataDir, options.log);
    const password = await keepPassword(join(dataDir, 'password'));
    const cluster = await ensureCluster(placement, password);
    await stopOrphan(cluster, options.log);
    const port = await findFreePort(options.port);
    const logFile = join(dataDir, 'postgres.log');
    const logHandle = await open(logFile, (await isLarge(logFile)) ? 'w' : 'a', 0o600);
    child = await startChild({
      command: join(placement.programs, 'postgres'),
      args: serverArguments(cluster, port, { ...(await settingsFor()), ...options.settings }),
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      cwd: '/',
      user: placement.account,
      output: { fd: logHandle.fd },
      // Fast shutdown: open transactions are rolled back, a checkpoint is written.
      stopSignal: 'SIGINT',
      graceMs: 20_000,
    });
    await logHandle.close();
    const server = `postgres://${superuser}:${password}@127.0.0.1:${port}`;
    await untilReady(child, `${server}/postgres`, logFile);
    const running = child;
    return {
      url: `${server}/${databaseName}`,
      port,
      pid: child.pid,
      ended: child.exited.then(() => undefined),
      async stop() {
        await running.stop();
        await lock.release();
      },
    };
  } catch (error) {
    await child?.stop();
    await lock.release();
    throw error;
  }
}

/** For bulk loads on two cores: memory to sort in, few checkpoints, no wait for the disk at commit. */
async function settingsFor(): Promise<Record<string, string>> {
  return {
    shared_buffers: '256MB',
    work_mem: '64MB',
    maintenance_work_mem: '256MB',
    effective_cache_size: '1GB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    synchronous_commit: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    random_page_cost: '1.1',
    max_connections: '100',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Parallel queries fail in a container whose /dev/shm is small; files serve as well.
    dynamic_shared_memory_type: (await hasRoomInShm()) ? 'posix' : 'mmap',
  };
}

async function hasRoomInShm(): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const shm = await statfs('/dev/shm').catch(() => null);
  return shm !== null && shm.bavail * shm.bsize >= 512_000_000;
}

function serverArguments(
  cluster: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): string[] {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port), ...settings };
  return ['-D', cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

async function isLarge(file: string): Promise<boolean> {
  return ((await stat(file).catch(() => null))?.size ?? 0) > LOG_LIMIT_BYTES;
}

async function untilReady(child: Child, url: string, logFile: string): Promise<void> {
  let dead = false;
  void child.exited.then(() => {
    dead = true;
  });
  for (let waited = 0; waited < READY_WITHIN_MS && !dead; waited += 50) {
    if (await hasDatabase(url)) return;
    await sleep(50);
  }
  const said = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-5).join('\n');
  throw new LocalError('start-failed', 'PostgreSQL did not start.', `It said (${logFile}):\n${said}`);
}

/** True once the server answers; the shop's database is made on the first start. */
async function hasDatabase(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // The server may close the connection while it starts up; connect() reports that already.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
    return true;
  } catch (error) {
    if (isWrongPassword(error)) throw error;
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '28P01';
}
