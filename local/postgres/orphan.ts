import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalError } from '../errors.ts';
import { commandLineOf, isAlive } from '../processes/processIdentity.ts';

const FAST_SHUTDOWN_MS = 15_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

/**
 * Clears the way for a new server on a data folder whose former owner was killed: a server still
 * running on it is stopped (nobody can be using it through us: we hold the folder's lock), and a
 * stale postmaster.pid whose number now belongs to some other process is removed, because
 * PostgreSQL would take that process for a server.
 * @throws {LocalError} in-use, when the old server does not stop.
 */
export async function stopOrphan(clusterFolder: string, log: (line: string) => void): Promise<void> {
  const pidFile = join(clusterFolder, 'postmaster.pid');
  const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  if (!(pid > 0) || !isAlive(pid)) return;
  const commandLine = (await commandLineOf(pid)) ?? '';
  if (lines[1] !== clusterFolder || !commandLine.includes(`-D ${clusterFolder}`)) {
    await rm(pidFile, { force: true });
    return;
  }
  log(`A PostgreSQL left behind by a killed start (process ${pid}) is being stopped.`);
  for (const [signal, patience] of [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
  ] as const) {
    if (await endedAfter(pid, signal, patience)) return;
  }
  throw new LocalError('in-use', `The old PostgreSQL, process ${pid}, does not stop.`, `Try: kill -9 ${pid}`);
}

async function endedAfter(pid: number, signal: NodeJS.Signals, patienceMs: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch {
    return !isAlive(pid);
  }
  for (let waited = 0; waited < patienceMs; waited += 50) {
    if (!isAlive(pid)) return true;
    await sleep(50);
  }
  return false;
}
