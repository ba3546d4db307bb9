import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** True when a process with this id exists, also one of another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * When a process started, as an opaque text that differs between two processes that had the same
 * id one after the other. Null when there is no such process.
 */
export async function startTimeOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The name, in parentheses, may hold blanks: field 22 is counted from behind it.
  if (stat !== null) return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  return askPs(pid, 'lstart=');
}

/** The command line of a process, its words joined by blanks. Null when there is no such process. */
export async function commandLineOf(pid: number): Promise<string | null> {
  const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  if (raw !== null) return raw.split('\0').join(' ').trim();
  return askPs(pid, 'args=');
}

function askPs(pid: number, column: string): string | null {
  const answer = spawnSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' });
  const text = answer.status === 0 ? answer.stdout.trim() : '';
  return text === '' ? null : text;
}
