import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** All that was said, on both outputs. */
  readonly said: string;
}

export interface BatchProcess {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ending>;
}

interface BatchStart {
  /** A bundle of the program, see bundle(). */
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly onOutput?: (said: string) => void;
}

/** `batch ARGS` as a process of its own, with nothing but that environment. */
export function startBatch({ program, args, environment, onOutput }: BatchStart): BatchProcess {
  const child = spawn(process.execPath, [program, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk;
      onOutput?.(said);
    });
  }
  const ended = once(child, 'close').then(([code, signal]): Ending => ({ code, signal, said }));
  return { pid: child.pid ?? -1, kill: (signal) => void child.kill(signal), ended };
}
