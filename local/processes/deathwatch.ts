import { type ChildProcess, spawn } from 'node:child_process';

/**
 * The read ends in one of two ways: the owner writes "done" (the child has ended by itself or was
 * stopped), or the pipe closes because the owner is gone, however it went: then the child gets its
 * stop signal, ten seconds, and after that its whole process group is killed.
 */
const watchScript = `
trap '' INT TERM HUP
read -r line
[ "$line" = done ] && exit 0
kill -s "$2" "$1" 2>/dev/null
tenths=0
# A zombie has ended; nobody may ever reap it. Its own children have not: they are in its group.
while kill -0 "$1" 2>/dev/null && ! grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null && [ "$tenths" -lt 100 ]; do
  sleep 0.1
  tenths=$((tenths + 1))
done
kill -s KILL -- "-$1" 2>/dev/null
`;

export interface Deathwatch {
  /** Ends the watch without touching the child. */
  release(): Promise<void>;
}

/**
 * Sees to it that a child does not outlive this process, even when this process is killed with
 * SIGKILL: a small shell in its own session waits on a pipe that closes when we are gone.
 */
export function watchOver(pid: number, stopSignal: 'INT' | 'TERM'): Deathwatch {
  const watcher = spawn('/bin/sh', ['-c', watchScript, 'deathwatch', String(pid), stopSignal], {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => {
    watcher.once('exit', () => resolve());
    watcher.once('error', () => resolve());
  });
  watcher.unref();
  unrefInput(watcher);
  return {
    async release() {
      watcher.ref();
      watcher.stdin?.end('done\n');
      await ended;
    },
  };
}

/** The pipe alone must not keep this process running; a late write to a gone watcher is no error. */
function unrefInput(watcher: ChildProcess): void {
  const input = watcher.stdin;
  input?.on('error', () => undefined);
  if (input !== null && 'unref' in input && typeof input.unref === 'function') input.unref();
}
