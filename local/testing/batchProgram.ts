import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { inject } from 'vitest';

export interface Ended {
  readonly code: number | null;
  /** Standard output. */
  readonly out: string;
  /** Both outputs, as they came. */
  readonly said: string;
}

/** Runs `batch …` as a process of its own and waits for its end. @param cwd where relative paths lead */
export async function runBatchProgram(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  cwd: string,
  nodeFlags: readonly string[] = [],
): Promise<Ended> {
  const child = spawn(process.execPath, [...nodeFlags, inject('batchProgram'), ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk;
    said += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, out, said };
}
