import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Names this process so that another one on the same machine can tell whether it is still alive:
 * `host/pid/place/start`. `place` stands for machine, boot and pid namespace: two containers with one
 * host name differ in it, and so do the days before and after a reboot. `start` tells a process from
 * a later one that was given the same pid.
 */
export function describeHolder(pid: number = process.pid): string {
  return [hostname(), pid, place(), startOf(pid) ?? ''].join('/');
}

/** The holder for people: `web1, process 1234`. */
export function holderForPeople(holder: string): string {
  const [host = holder, pid = '?'] = holder.split('/');
  return `${host}, process ${pid}`;
}

/** True only when it is certain that the process of that name is gone: it ran here and does not any more. */
export function isCertainlyDead(holder: string): boolean {
  const [host, pidText, itsPlace, start = ''] = holder.split('/');
  const pid = Number(pidText);
  if (host !== hostname() || itsPlace !== place() || !Number.isInteger(pid) || pid <= 0) return false;
  if (!isRunning(pid)) return true;
  const now = startOf(pid);
  return now !== null && start !== '' && now !== start;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function place(): string {
  const boot = tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')) ?? '';
  const namespace = tryRead(() => readlinkSync('/proc/self/ns/pid')) ?? '';
  return createHash('sha256').update(`${hostname()} ${boot} ${namespace}`).digest('hex').slice(0, 12);
}

/** Start of a process in clock ticks since boot; null where the system does not tell. */
function startOf(pid: number): string | null {
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The second field, the program's name, may hold blanks and brackets; fields count after its last ')'.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie holds nothing any more: it only waits for its parent to look.
  if (fields?.[0] === 'Z') return 'zombie';
  return fields?.[19] ?? null;
}

function tryRead(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
