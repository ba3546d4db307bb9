import { spawnSync } from 'node:child_process';
import { LocalError } from '../errors.ts';

export interface ServerAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root lends it an account that exists on about every
 * system; none is created. Null when we are an ordinary user: then the server runs as us.
 * @throws {LocalError} not-permitted, when we are root and there is no such account.
 */
export function chooseServerAccount(): ServerAccount | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = [lookUp('-u', name), lookUp('-g', name)];
    if (uid !== null && gid !== null) return { name, uid, gid };
  }
  throw new LocalError(
    'not-permitted',
    'PostgreSQL does not run as root, and there is no account "postgres" or "nobody" to run it as.',
    'Create one (useradd --system postgres), or start as an ordinary user.',
  );
}

function lookUp(flag: '-u' | '-g', name: string): number | null {
  const answer = spawnSync('id', [flag, name], { encoding: 'utf8' });
  const id = Number.parseInt(answer.stdout ?? '', 10);
  return answer.status === 0 && id > 0 ? id : null;
}

/** Whether the account can enter a folder, asked of the system itself: modes, mounts and ACLs all count. */
export function canEnter(account: ServerAccount, folder: string): boolean {
  const answer = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'can-enter', folder], {
    cwd: '/',
    uid: account.uid,
    gid: account.gid,
    stdio: 'ignore',
  });
  return answer.status === 0;
}
