import { chown, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalError } from '../errors.ts';
import { startChild } from '../processes/child.ts';
import type { Placement } from './placement.ts';

export const superuser = 'postgres';

/**
 * Makes the data folder of a new cluster unless it is there, and returns its path. It is made under another
 * name and renamed when complete, so an interrupted start leaves nothing half-made behind.
 * Text is UTF-8 and sorts by code point, the same on every machine, as on Neon.
 * @throws {LocalError} start-failed, with what initdb said.
 */
export async function ensureCluster(placement: Placement, password: string): Promise<string> {
  const folder = join(placement.clusterHome, 'data');
  if ((await stat(join(folder, 'PG_VERSION')).catch(() => null)) !== null) return folder;
  await removeHalfMade(placement.clusterHome);
  const half = join(placement.clusterHome, `half-made-${process.pid}`);
  const passwordFile = `${half}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (placement.account) await chown(passwordFile, placement.account.uid, placement.account.gid);
  try {
    await runInitdb(placement, [
      `--pgdata=${half}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      '--no-sync',
    ]);
    await rename(half, folder);
  } finally {
    await rm(passwordFile, { force: true });
  }
  return folder;
}

async function removeHalfMade(clusterHome: string): Promise<void> {
  for (const name of await readdir(clusterHome)) {
    if (name.startsWith('half-made-')) await rm(join(clusterHome, name), { recursive: true, force: true });
  }
}

async function runInitdb(placement: Placement, args: readonly string[]): Promise<void> {
  const said: string[] = [];
  const child = await startChild({
    command: join(placement.programs, 'initdb'),
    args,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    user: placement.account,
    output: (line) => said.push(line),
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
  });
  const { code } = await child.exited;
  if (code === 0) return;
  throw new LocalError(
    'start-failed',
    'PostgreSQL could not make its data folder.',
    `initdb said: ${said.slice(-4).join(' ')}`,
  );
}
