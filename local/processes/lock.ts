import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalError } from '../errors.ts';
import { isAlive, startTimeOf } from './processIdentity.ts';

export interface Lock {
  release(): Promise<void>;
}

/** Two processes that find the same stale lock may both write: the later one wins, the other sees it. */
const SETTLE_MS = 30;

/**
 * Takes a folder for this process. The file names the holder by id and start time, so a lock left
 * by a killed process, or an id given to a new process, does not count.
 * @throws {LocalError} in-use, naming the holder's process id.
 */
export async function takeLock(file: string, what: string): Promise<Lock> {
  const mine = `${process.pid} ${(await startTimeOf(process.pid)) ?? ''}\n`;
  await mkdir(dirname(file), { recursive: true });
  for (let attempt = 0; attempt < 3; attempt++) {
    const holder = await readHolder(file);
    if (holder !== null) throw inUse(what, holder);
    await rm(file, { force: true });
    const created = await writeFile(file, mine, { flag: 'wx', mode: 0o600 }).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        throw error;
      },
    );
    await sleep(SETTLE_MS);
    if (created && (await readFile(file, 'utf8').catch(() => '')) === mine) {
      return { release: () => rm(file, { force: true }) };
    }
  }
  throw inUse(what, (await readHolder(file)) ?? 0);
}

/** The process id of a living holder, or null. */
async function readHolder(file: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [, pidText = '', startTime = ''] = /^(\d+) (.*)$/.exec(text.trim()) ?? [];
  const pid = Number.parseInt(pidText, 10);
  if (!(pid > 0) || !isAlive(pid)) return null;
  return (await startTimeOf(pid)) === startTime ? pid : null;
}

function inUse(what: string, holder: number): LocalError {
  return new LocalError(
    'in-use',
    `${what} is in use by process ${holder}.`,
    `Stop that process first (Ctrl-C in its terminal, or: kill ${holder}), or choose another folder with --data.`,
  );
}
