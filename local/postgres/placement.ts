import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, cp, lstat, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalError } from '../errors.ts';
import { findPostgresBinaries } from './binaries.ts';
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
 * starts it from a folder that the server's account cannot enter (below /root, for one), the
 * programs are copied to, and the data kept in, a folder under /var/tmp named after `dataDir`.
 */
export async function placeServer(dataDir: string, log: (line: string) => void): Promise<Placement> {
  const binaries = await findPostgresBinaries();
  const account = chooseServerAccount();
  await mkdir(dataDir, { recursive: true });
  await requireOwnFolder(dataDir);
  const clusterHome = join(dataDir, 'server');
  if (account === null) {
    await mkdir(clusterHome, { recursive: true, mode: 0o700 });
    return { programs: join(binaries.folder, 'bin'), clusterHome, account };
  }
  if (canEnter(account, join(binaries.folder, 'bin')) && canEnter(account, dataDir)) {
    await makeFor(account, clusterHome);
    return { programs: join(binaries.folder, 'bin'), clusterHome, account };
  }
  return placeOutside({ dataDir, binaries: binaries.folder, version: binaries.version, account, log });
}

interface OutsideOptions {
  readonly dataDir: string;
  readonly binaries: string;
  readonly version: string;
  readonly account: ServerAccount;
  readonly log: (line: string) => void;
}

async function placeOutside(options: OutsideOptions): Promise<Placement> {
  const { account, log } = options;
  const name = createHash('sha256')
    .update(await realpath(options.dataDir))
    .digest('hex')
    .slice(0, 12);
  const outside = join('/var/tmp', `shop-recommendations-${name}`);
  await mkdir(outside, { recursive: true });
  await requireOwnFolder(outside);
  await chmod(outside, 0o755);
  log(`PostgreSQL runs as user "${account.name}", who cannot enter this folder:`);
  log(`its programs and its data are kept in ${outside} (delete that folder to forget them).`);
  const programs = join(outside, `postgres-${options.version}`);
  if ((await stat(programs).catch(() => null)) === null) {
    const half = `${programs}.${process.pid}`;
    await cp(options.binaries, half, { recursive: true, verbatimSymlinks: true });
    // A strict umask at install time leaves them readable to root alone.
    spawnSync('chmod', ['-R', 'a+rX', half]);
    await rename(half, programs).catch(() => rm(half, { recursive: true }));
  }
  const clusterHome = join(outside, 'server');
  await makeFor(account, clusterHome);
  return { programs: join(programs, 'bin'), clusterHome, account };
}

async function makeFor(account: ServerAccount, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chown(folder, account.uid, account.gid);
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
