import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Makes one file of the batch program, which starts in a third of a second: loading its sources takes two,
 * and a crash test starts it hundreds of times.
 * @returns the file's path
 */
export async function bundleBatch(folder: string): Promise<string> {
  const outfile = join(folder, 'batch.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../batch/main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    // Some packages are CommonJS and call require.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outfile;
}
