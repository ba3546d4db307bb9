import type { Clock } from '../clock.ts';
import type { Scope } from './scope.ts';

/**
 * What Postgres answered, kept for a minute: while KV is out, a shop's hot lists and cards cost Postgres a
 * read a minute and isolate, not a read a request. One per isolate; least lately written out first.
 */
export interface AnswerMemory {
  /** What each key has; only the unknown ones are loaded, all at once. null is an answer too. */
  many<T>(wanted: Wanted<T>): (T | null)[];
}

export interface Wanted<T> {
  readonly scope: Pick<Scope, 'take'>;
  /** Keys of two groups are never taken for each other; a group has one type of value. */
  readonly group: string;
  readonly keys: readonly string[];
  load(missing: readonly string[]): Promise<ReadonlyMap<string, T>>;
}

interface Held {
  readonly value: unknown;
  readonly until: number;
}

export interface AnswerMemorySettings {
  readonly clock: Clock;
  readonly keepMs: number;
  /** Answers kept at most. */
  readonly most: number;
}

export function createAnswerMemory({ clock, keepMs, most }: AnswerMemorySettings): AnswerMemory {
  const held = new Map<string, Held>();

  function keep(name: string, value: unknown): void {
    held.delete(name);
    held.set(name, { value, until: clock.now() + keepMs });
    for (const oldest of held.keys()) {
      if (held.size <= most) break;
      held.delete(oldest);
    }
  }

  return {
    many<T>({ scope, group, keys, load }: Wanted<T>) {
      const found = new Map<string, T | null>();
      const missing = new Set<string>();
      for (const key of keys) {
        const known = held.get(`${group}/${key}`);
        // A group has one type of value, so what memory holds is a T.
        if (known !== undefined && clock.now() < known.until) found.set(key, known.value as T | null);
        else missing.add(key);
      }
      if (missing.size > 0) {
        const loading = async () => {
          const loaded = await load([...missing]);
          for (const key of missing) keep(`${group}/${key}`, loaded.get(key) ?? null);
          return loaded;
        };
        const loaded = scope.take(`${group}/${JSON.stringify([...missing])}`, loading);
        for (const key of missing) found.set(key, loaded.get(key) ?? null);
      }
      return keys.map((key) => found.get(key) ?? null);
    },
  };
}
