import { spawnSync } from 'node:child_process';
import { chmod, chown, cp, lstat, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalError } from '../errors.ts';
import { findPostgresBinaries, type PostgresBinaries } from './binaries.ts';
import { stopOrphan } from './orphan.ts';
import { folderOutside, outside, outsideMark } from './outside.ts';
import { canEnter, chooseServerAccount, type ServerAccount } from './serverAccount.ts';

/** Where the server's programs and data lie, and as whom it runs (null: as us). */
export interface Placement {
  readonly programs: string;
  /** Parent of the cluster's folder, writable by the account. */
  readonly clusterHome: string;
  readonly account: ServerAccount | null;
}

/**
 * Decides where PostgreSQL can live. Normally that is the packages and `dataDir` itself. When root
 * starts it from folders that the server's account cannot enter (below /root, for one), the
 * programs are copied to /var/tmp, and the data is kept there too, in a folder named after `dataDir`.
 */
export async function placeServer(dataDir: string, log: (line: string) => void): Promise<Placement> {
  const binaries = await findPostgresBinaries();
  const account = chooseServerAccount();
  await requireOwnFolder(dataDir);
  if (account === null) {
    const clusterHome = join(dataDir, 'server');
    await mkdir(clusterHome, { recursive: true, mode: 0o700 });
    return { programs: join(binaries.folder, 'bin'), clusterHome, account };
  }
  const copied = canEnter(account, join(binaries.folder, 'bin')) ? null : await copyPrograms(binaries);
  const dataOutside = !canEnter(account, dataDir);
  const clusterHome = dataOutside ? await homeOutside(dataDir) : join(dataDir, 'server');
  await mkdir(clusterHome, { recursive: true, mode: 0o700 });
  await chown(clusterHome, account.uid, account.gid);
  if (copied !== null || dataOutside) {
    log(`PostgreSQL runs as user "${account.name}", who cannot enter this folder. So it is kept elsewhere:`);
    if (copied !== null) log(`  its programs in ${copied}`);
    if (dataOutside) log(`  its data in ${clusterHome}`);
  }
  return { programs: join(copied ?? binaries.folder, 'bin'), clusterHome, account };
}

async function copyPrograms(binaries: PostgresBinaries): Promise<string> {
  const programs = `${outside}-postgres-${binaries.version}`;
  if ((await stat(programs).catch(() => null)) === null) {
    const half = await mkdtemp(`${programs}-`);
    await cp(binaries.folder, half, { recursive: true, verbatimSymlinks: true });
    // A strict umask at install time leaves them readable to root alone.
    spawnSync('chmod', ['-R', 'a+rX', half]);
    await rename(half, programs).catch(() => rm(half, { recursive: true }));
  }
  await requireOwnFolder(programs);
  return programs;
}

/** When `dataDir` was deleted and made anew, the data kept for its forerunner goes too. */
async function homeOutside(dataDir: string): Promise<string> {
  const folder = folderOutside(dataDir);
  await mkdir(folder, { recursive: true });
  await requireOwnFolder(folder);
  await chmod(folder, 0o755);
  const clusterHome = join(folder, 'server');
  const isKnown = (await stat(join(dataDir, outsideMark)).catch(() => null)) !== null;
  if (!isKnown) {
    await stopOrphan(join(clusterHome, 'data'), () => undefined);
    await rm(clusterHome, { recursive: true, force: true });
    await writeFile(join(dataDir, outsideMark), `${clusterHome}\n`);
  }
  return clusterHome;
}

/** A folder that somebody else owns is not ours to fill, nor, under /var/tmp, to trust. */
async function requireOwnFolder(folder: string): Promise<void> {
  const us = process.getuid?.();
  const info = await lstat(folder);
  if (us === undefined || (info.uid === us && info.isDirectory())) return;
  throw new LocalError(
    'not-permitted',
    `${folder} belongs to another user (id ${info.uid}).`,
    'Start as that user again, or choose another folder with --data.',
  );
}
