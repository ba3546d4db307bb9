import { setTimeout as wait } from 'node:timers/promises';

/** Time as the stand-in sees it: milliseconds since 1970, and waiting. Passed in, so a test can advance it. */
export interface Clock {
  now(): number;
  /** Resolves after `ms` of this clock; rejects when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, { signal });
  },
};

export interface ManualClock extends Clock {
  /** Moves time on and wakes every sleeper whose time has come. */
  advance(ms: number): void;
}

/** A clock that stands still until `advance` is called, for tests of delays and states. */
export function manualClock(start = 1_700_000_000_000): ManualClock {
  let now = start;
  const sleepers = new Set<{ due: number; wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        if (ms <= 0) return resolve();
        const sleeper = { due: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    advance: (ms) => {
      now += ms;
      for (const sleeper of [...sleepers].filter((one) => one.due <= now)) {
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}
