import { copyFile, mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeEnvFile } from '../envFile.ts';
import { LocalError } from '../errors.ts';
import { requireFreePort } from '../freePort.ts';
import { type Child, startChild } from '../processes/child.ts';
import { takeLock } from '../processes/lock.ts';
import { deriveConfiguration } from './configuration.ts';

export interface WorkerOptions {
  /** The folder of wrangler.toml and node_modules. */
  readonly projectRoot: string;
  readonly port: number;
  /** Holds the Worker's KV, its log, and what it was started with. */
  readonly dataDir: string;
  /** What the Worker sees as its variables. Kept out of the process list. */
  readonly vars: Readonly<Record<string, string>>;
  /** The worst-day defaults to bundle. Bundled anew whenever the file changes; empty while absent. */
  readonly defaultsPath: string;
}

export interface LocalWorker {
  readonly url: string;
  /**
   * Where the batch writes KV: Cloudflare's own REST shape, served by wrangler's dev server for the
   * namespace of wrangler.toml. Found to work in 4.155, without a token:
   * `PUT /bulk` with `[{key, value, base64, expiration_ttl, metadata}]` → `result.unsuccessful_keys`;
   * `PUT` and `GET` and `DELETE /values/KEY` (KEY percent-encoded; GET of none: 404, error 10009);
   * `GET /keys?prefix=&limit=&cursor=` → `result: [{name, metadata}]`, `result_info.cursor`;
   * `POST /bulk/delete` with `["key", …]`. There is no `DELETE /bulk`.
   */
  readonly kvBaseUrl: string;
  /** Resolves when the runtime has ended, asked or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 120_000;

/**
 * Runs the Worker of wrangler.toml in Cloudflare's runtime with local KV, on loopback, offline.
 * Resolves when `/health` answers. It ends with this process, also when this process is killed.
 * @throws {LocalError} port-taken, in-use, start-failed
 */
export async function startWorker(options: WorkerOptions): Promise<LocalWorker> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const lock = await takeLock(join(dataDir, 'lock'), `The Worker in ${options.dataDir}`);
  let child: Child | null = null;
  try {
    await requireFreePort(options.port, '--port');
    const namespaceId = await writeConfiguration({ ...options, dataDir });
    child = await launch({ ...options, dataDir });
    const url = `http://127.0.0.1:${options.port}`;
    await untilHealthy(child, url, join(dataDir, 'worker.log'));
    const running = child;
    return {
      url,
      kvBaseUrl: `${url}/cdn-cgi/local/explorer/api/storage/kv/namespaces/${namespaceId}`,
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

async function writeConfiguration(options: WorkerOptions): Promise<string> {
  const { projectRoot, dataDir, defaultsPath } = options;
  if ((await stat(defaultsPath).catch(() => null)) === null) {
    await mkdir(dirname(defaultsPath), { recursive: true });
    await copyFile(join(projectRoot, 'edge/defaults/empty.json'), defaultsPath);
  }
  const toml = await readFile(join(projectRoot, 'wrangler.toml'), 'utf8');
  const configuration = deriveConfiguration(toml, projectRoot, defaultsPath);
  await writeFile(join(dataDir, 'wrangler.toml'), configuration.text);
  await writeEnvFile(join(dataDir, 'vars'), options.vars);
  return configuration.namespaceId;
}

async function launch({ projectRoot, dataDir, port }: WorkerOptions): Promise<Child> {
  const log = await open(join(dataDir, 'worker.log'), 'w', 0o600);
  const child = await startChild({
    command: process.execPath,
    args: [
      join(projectRoot, 'node_modules/wrangler/bin/wrangler.js'),
      'dev',
      ...['--config', join(dataDir, 'wrangler.toml')],
      ...['--env-file', join(dataDir, 'vars')],
      ...['--persist-to', join(dataDir, 'state')],
      ...['--ip', '127.0.0.1', '--port', String(port)],
      ...['--inspector-ip', '127.0.0.1', '--inspector-port', '0'],
      '--show-interactive-dev-session=false',
    ],
    env: {
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      // Its settings and logs stay here, and a login of this machine's user is not seen.
      HOME: dataDir,
      XDG_CONFIG_HOME: join(dataDir, 'config'),
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_SEND_ERROR_REPORTS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
      NO_COLOR: '1',
      CI: 'true',
    },
    cwd: dataDir,
    output: { fd: log.fd },
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
  });
  await log.close();
  return child;
}

async function untilHealthy(child: Child, url: string, logFile: string): Promise<void> {
  let dead = false;
  void child.exited.then(() => {
    dead = true;
  });
  for (let waited = 0; waited < READY_WITHIN_MS && !dead; waited += 100) {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await sleep(100);
  }
  const said = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-15).join('\n');
  throw new LocalError(
    'start-failed',
    "The Worker's runtime did not start.",
    `It said (${logFile}):\n${said}`,
  );
}
