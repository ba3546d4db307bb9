import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds the threads of a process have run so far, to the nanosecond; of Linux only. */
export function processorTime(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  let nanoseconds = 0;
  for (const task of readdirSync(tasks)) {
    // A thread may end between the two.
    const text = readOr(`${tasks}/${task}/schedstat`, '0');
    nanoseconds += Number(text.split(' ')[0]);
  }
  return nanoseconds / 1e6;
}

function readOr(path: string, instead: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return instead;
  }
}
