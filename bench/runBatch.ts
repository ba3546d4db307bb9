import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from './clouds.ts';

export interface BatchPlace {
  readonly env: Readonly<Record<string, string>>;
  /** Where the files it leaves go. */
  readonly folder: string;
  /** Ends it, as when the bench is asked to stop. */
  readonly signal: AbortSignal;
}

/**
 * Runs `batch …` as a process of its own, its output shown.
 * @returns seconds
 * @throws Error when it fails or is stopped
 */
export async function runBatchCommand(args: readonly string[], place: BatchPlace): Promise<number> {
  const started = performance.now();
  const program = join(projectRoot, 'batch/main.ts');
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), program, ...args], {
    cwd: place.folder,
    env: { ...place.env },
    stdio: ['ignore', 'inherit', 'inherit'],
    signal: place.signal,
  });
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`batch ${args[0]} ended with ${code ?? signal}`);
  return (performance.now() - started) / 1000;
}
