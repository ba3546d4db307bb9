import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Makes one file of the batch program, which starts in a third of a second: loading its sources takes two,
 * and tests start it hundreds of times. It lies two folders below the project, as its sources do: the program looks for the
 * migrations from where it lies.
 * @returns the file's path; it is the caller's to remove
 */
export async function bundleBatch(): Promise<string> {
  const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
  const outfile = join(cache, `batch-${process.pid}.mjs`);
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
