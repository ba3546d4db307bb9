import { type StdioOptions, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LocalError } from '../errors.ts';
import { watchOver } from './deathwatch.ts';

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The child's whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Another user to run as; only root can. */
  readonly user?: { readonly uid: number; readonly gid: number } | null;
  /** Lines of stdout and stderr go to a function, to an open file, or to this terminal. */
  readonly output: ((line: string) => void) | { readonly fd: number } | 'inherit';
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  /** How long a stop may take before the process group is killed, milliseconds. */
  readonly graceMs: number;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** Resolves when the child and everything in its process group are gone. Safe to call twice. */
  stop(): Promise<void>;
}

/** Every child that runs, so that an end in the middle of a start finds those nobody holds yet. */
const running = new Set<Child>();
let ending = false;

export function hasChildren(): boolean {
  return running.size > 0;
}

/** Stops what is still running, newest first, and lets nothing start any more. */
export async function stopAllChildren(): Promise<void> {
  ending = true;
  for (const child of [...running].reverse()) await child.stop();
}

/**
 * Starts a program that cannot outlive us. It gets its own process group, so that Ctrl-C in the
 * terminal reaches only the parent, which then stops its children in order; and a death watch, for
 * the case that the parent is killed outright.
 * @throws {LocalError} start-failed, when the program cannot be started at all.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  if (ending) throw new LocalError('start-failed', `${options.command} is not started.`, 'We are stopping.');
  const child = spawn(options.command, [...options.args], {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: stdioFor(options.output),
    ...(options.user ? { uid: options.user.uid, gid: options.user.gid } : {}),
  });
  // At once: whoever kills us between the two would leave it behind.
  const pid = child.pid ?? 0;
  const watch = pid === 0 ? null : watchOver(pid, options.stopSignal === 'SIGINT' ? 'INT' : 'TERM');
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(
        new LocalError('start-failed', `${options.command} could not be started.`, cause.message, cause),
      );
    });
  });
  if (typeof options.output === 'function') forwardLines([child.stdout, child.stderr], options.output);
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', async (code, signal) => {
      signalGroup(pid, 'SIGKILL');
      await watch?.release();
      resolve({ code, signal });
    });
  });
  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    child.kill(options.stopSignal);
    const killer = setTimeout(() => signalGroup(pid, 'SIGKILL'), options.graceMs);
    await exited;
    clearTimeout(killer);
  };
  const handle: Child = {
    pid,
    exited,
    stop() {
      stopping ??=
        child.exitCode === null && child.signalCode === null ? stop() : exited.then(() => undefined);
      return stopping;
    },
  };
  running.add(handle);
  void exited.then(() => running.delete(handle));
  return handle;
}

function stdioFor(output: ChildOptions['output']): StdioOptions {
  if (output === 'inherit') return ['ignore', 'inherit', 'inherit'];
  return typeof output === 'function' ? ['ignore', 'pipe', 'pipe'] : ['ignore', output.fd, output.fd];
}

function forwardLines(streams: readonly (Readable | null)[], onLine: (line: string) => void): void {
  for (const stream of streams) {
    if (stream !== null) createInterface({ input: stream }).on('line', onLine);
  }
}

/** Signals what is left of a process group; none left is fine. */
function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // ESRCH: everything is gone already.
  }
}
