import type { Clock } from '../clock.ts';

/** Failed log-ins by client, in one isolate: beyond a few the client waits. */
export interface Failures {
  isBlocked(client: string): boolean;
  note(client: string): void;
}

const MOST_FAILURES = 5;
const BLOCKED_MS = 5 * 60_000;
const MOST_CLIENTS = 10_000;

export function createFailures(clock: Clock): Failures {
  const failures = new Map<string, { count: number; until: number }>();
  const current = (client: string) => {
    const known = failures.get(client);
    return known !== undefined && clock.now() < known.until ? known : null;
  };
  return {
    isBlocked: (client) => (current(client)?.count ?? 0) >= MOST_FAILURES,
    note(client) {
      const count = (current(client)?.count ?? 0) + 1;
      failures.delete(client);
      failures.set(client, { count, until: clock.now() + BLOCKED_MS });
      for (const oldest of failures.keys()) {
        if (failures.size <= MOST_CLIENTS) break;
        failures.delete(oldest);
      }
    },
  };
}
