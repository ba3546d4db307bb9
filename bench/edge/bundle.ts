import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { deriveConfiguration } from '../../local/worker/configuration.ts';
import { projectRoot } from '../clouds.ts';

export interface Bundle {
  readonly script: string;
  readonly gzipBytes: number;
}

/**
 * Bundles a Worker as `wrangler deploy` would upload it.
 * @param main path from the project's root
 */
export async function bundleWorker(main: string, defaults: string, folder: string): Promise<Bundle> {
  const name = `${basename(main, '.ts')}-${basename(defaults, '.json')}`;
  const toml = await readFile(join(projectRoot, 'wrangler.toml'), 'utf8');
  const { text } = deriveConfiguration(toml, projectRoot, defaults);
  const config = join(folder, `${name}.toml`);
  await writeFile(config, text.replace(/^main = .*$/m, `main = ${JSON.stringify(join(projectRoot, main))}`));
  const out = join(folder, name);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const wrangler = join(projectRoot, 'node_modules/wrangler/bin/wrangler.js');
  await promisify(execFile)(
    process.execPath,
    [wrangler, 'deploy', '--dry-run', '--config', config, '--outdir', out],
    { env: { ...process.env, HOME: folder, WRANGLER_SEND_METRICS: 'false', CI: 'true' }, cwd: folder },
  );
  const script = join(out, `${basename(main, '.ts')}.js`);
  return { script, gzipBytes: gzipSync(await readFile(script), { level: 9 }).byteLength };
}
