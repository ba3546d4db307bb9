import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The batch program's entry. */
export const BATCH = new URL('../../batch/main.ts', import.meta.url);

/**
 * Makes one file of a program of the batch, which starts in a third of a second: loading its sources takes two,
 * and tests start it hundreds of times. It lies two folders below the project, as the batch does: the program looks for
 * the migrations from where it lies.
 * @returns the file's path; it is the caller's to remove
 */
export async function bundle(entry: URL): Promise<string> {
  const path = fileURLToPath(entry);
  const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
  const outfile = join(cache, `${basename(path, '.ts')}-${process.pid}.mjs`);
  await build({
    entryPoints: [path],
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
