import { readdirSync, readFileSync } from 'node:fs';

interface Sample {
  readonly pid: number;
  readonly command: string;
  /** Bytes: the most it ever had resident, its own memory now, and what it shares now. */
  readonly highWater: number;
  readonly own: number;
  readonly shared: number;
}

/** Which line of the table a process belongs to; null leaves it out. */
type Naming = (command: string, pid: number) => string | null;

const SAMPLE_EVERY_MS = 100;

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended between the listing and the reading.
    return null;
  }
}

function parents(): Map<number, number> {
  const parentOf = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readOrNull(`/proc/${name}/stat`);
    // The name of the program stands in brackets and may hold anything.
    const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) parentOf.set(Number(name), Number(parent));
  }
  return parentOf;
}

function descendants(root: number): number[] {
  const parentOf = parents();
  const found = new Set([root]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const [pid, parent] of parentOf) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

function sample(pid: number): Sample | null {
  const status = readOrNull(`/proc/${pid}/status`);
  const command = readOrNull(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim();
  if (status === null || !command) return null;
  const field = (name: string) =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
  const shared = field('RssShmem');
  return { pid, command, highWater: field('VmHWM'), own: field('RssAnon'), shared };
}

/**
 * The kernel's high-water marks add up for separate programs. PostgreSQL's processes share most of
 * what each of them has mapped: their own memory is added up and the shared part counted once.
 */
function together(group: string, samples: readonly Sample[]): number {
  const sum = (of: (s: Sample) => number) => samples.reduce((total, s) => total + of(s), 0);
  if (group !== 'postgres') return sum((s) => s.highWater);
  return sum((s) => s.own) + Math.max(...samples.map((s) => s.shared));
}

interface MemoryWatch {
  /** Peak bytes by name since the start. */
  peaks(): ReadonlyMap<string, number>;
  stop(): void;
}

/** Samples every process below this one (and this one) from /proc, ten times a second. */
export function watchMemory(naming: Naming): MemoryWatch {
  const peaks = new Map<string, number>();
  const look = () => {
    const groups = new Map<string, Sample[]>();
    for (const pid of descendants(process.pid)) {
      const found = sample(pid);
      const group = found === null ? null : naming(found.command, pid);
      if (found !== null && group !== null) groups.set(group, [...(groups.get(group) ?? []), found]);
    }
    for (const [group, samples] of groups) {
      peaks.set(group, Math.max(peaks.get(group) ?? 0, together(group, samples)));
    }
  };
  look();
  const timer = setInterval(look, SAMPLE_EVERY_MS);
  timer.unref();
  return {
    peaks: () => peaks,
    stop: () => {
      look();
      clearInterval(timer);
    },
  };
}
