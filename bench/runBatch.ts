import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from './clouds.ts';

/**
 * Runs `batch …` as a process of its own, its output shown; the files it leaves go to the folder.
 * @returns seconds
 * @throws Error when it fails
 */
export async function runBatchCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
): Promise<number> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(projectRoot, 'batch/main.ts'), ...args],
    {
      cwd: folder,
      env: { ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`batch ${args[0]} ended with ${code ?? signal}`);
  return (performance.now() - started) / 1000;
}
