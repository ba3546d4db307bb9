import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
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
  // The second line tells two askers of one process apart.
  const nonce = randomBytes(8).toString('hex');
  const mine = `${process.pid} ${(await startTimeOf(process.pid)) ?? ''}\n${nonce}\n`;
  await mkdir(dirname(file), { recursive: true });
  for (let attempt = 0; attempt < 3; attempt++) {
    const present = await readFile(file, 'utf8').catch(() => null);
    const holder = await livingHolder(present ?? '');
    if (holder !== null) throw inUse(what, holder);
    if (present !== null) await rm(file, { force: true });
    const created = await createWhole(file, mine, nonce);
    await sleep(SETTLE_MS);
    if (created && (await readFile(file, 'utf8').catch(() => '')) === mine) {
      return { release: () => rm(file, { force: true }) };
    }
  }
  throw inUse(what, (await livingHolder(await readFile(file, 'utf8').catch(() => ''))) ?? 0);
}

/** Creates the file with its content in one step: nobody reads it half-written and takes it for stale. */
async function createWhole(file: string, content: string, nonce: string): Promise<boolean> {
  const draft = `${file}.${nonce}`;
  await writeFile(draft, content, { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The process id of a living holder, or null. */
async function livingHolder(text: string): Promise<number | null> {
  const [, pidText = '', startTime = ''] = /^(\d+) (.*)/.exec(text) ?? [];
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
