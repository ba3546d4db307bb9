import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../local/freePort.ts';
import { projectRoot } from '../clouds.ts';

export interface RuntimeOptions {
  /** Holds the configuration and the log. */
  readonly folder: string;
  readonly name: string;
  /** The bundled Worker. */
  readonly script: string;
  readonly vars: Readonly<Record<string, string>>;
  /** Null: the Worker has no KV. */
  readonly kv: { readonly script: string; readonly files: string; readonly fault?: 'error' } | null;
  readonly inspect?: boolean;
  /** Asked until it is answered. */
  readonly firstPath?: string;
}

export interface Runtime {
  readonly url: string;
  readonly pid: number;
  /** Where the inspector listens, or null. */
  readonly inspector: string | null;
  /** Milliseconds from the start of the program to the first answer. */
  readonly startMs: number;
  stop(): Promise<void>;
}

const quoted = (text: string) => JSON.stringify(text);

function workerText(folder: string, script: string, bindings: readonly string[]): string {
  return `(
      modules = [(name = "main.js", esModule = embed ${quoted(relative(folder, script))})],
      compatibilityDate = "2026-10-01", compatibilityFlags = ["nodejs_compat"],
      globalOutbound = "outside", bindings = [${bindings.join(', ')}])`;
}

function configuration({ folder, script, vars, kv }: RuntimeOptions, port: number): string {
  const texts = Object.entries(vars).map(
    ([name, text]) => `(name = ${quoted(name)}, text = ${quoted(text)})`,
  );
  const kvServices =
    kv === null
      ? ''
      : `(name = "kv", worker = ${workerText(folder, kv.script, [
          '(name = "FILES", service = "files")',
          `(name = "FAULT", text = ${quoted(kv.fault ?? '')})`,
        ])}),
    (name = "files", disk = (path = ${quoted(kv.files)})),`;
  const namespace = kv === null ? [] : ['(name = "SNAPSHOTS", kvNamespace = "kv")'];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = ${workerText(folder, script, [...namespace, ...texts])}),
    ${kvServices}
    (name = "outside", network = (allow = ["local"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
`;
}

/** Runs a Worker in `workerd serve` on loopback; resolves with its first answer. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const port = await findFreePort();
  const inspectorPort = options.inspect === true ? await findFreePort() : null;
  const file = join(options.folder, `${options.name}.capnp`);
  await writeFile(file, configuration(options, port));
  const startedAt = performance.now();
  const child = spawn(
    join(projectRoot, 'node_modules/workerd/bin/workerd'),
    ['serve', file, ...(inspectorPort === null ? [] : [`--inspector-addr=127.0.0.1:${inspectorPort}`])],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log = join(options.folder, `${options.name}.log`);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => appendFileSync(log, data));
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const url = `http://127.0.0.1:${port}`;
  await untilAnswered(`${url}${options.firstPath ?? '/health/live'}`, () => child.exitCode !== null, log);
  return {
    url,
    pid: child.pid ?? 0,
    inspector: inspectorPort === null ? null : `http://127.0.0.1:${inspectorPort}`,
    startMs: performance.now() - startedAt,
    async stop() {
      process.removeListener('exit', killWithUs);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await gone;
      clearTimeout(killer);
    },
  };
}

async function untilAnswered(url: string, isDead: () => boolean, log: string): Promise<void> {
  for (let tries = 0; tries < 10_000 && !isDead(); tries += 1) {
    const answer = await fetch(url).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await sleep(1);
  }
  throw new Error(`workerd did not start, see ${log}`);
}
