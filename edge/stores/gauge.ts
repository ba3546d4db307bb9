import type { StoreHealth } from '../../shared/api/status.ts';
import type { Clock } from '../clock.ts';
import { asStoreError, type StoreError } from './storeError.ts';

/** Failures in a row before a store is left alone for a while. */
const FAILURES_TO_SKIP = 3;

/** Counts how a store does, and is its circuit breaker. One per store and isolate. */
export interface Gauge {
  /** False while the store is being left alone. */
  allows(): boolean;
  succeeded(): void;
  failed(error: StoreError): void;
  /** Counts a read the request stopped waiting for; other failures are counted where they happen. */
  timing<T>(read: Promise<T>): Promise<T>;
  health(): StoreHealth;
}

export function createGauge(clock: Clock, skipMs: number): Gauge {
  const counts = { reads: 0, error: 0, timeout: 0, missing: 0, corrupt: 0, skipped: 0, off: 0 };
  let inARow = 0;
  let skipUntil = 0;
  let lastError: string | null = null;
  const failed = (error: StoreError) => {
    counts[error.code]++;
    lastError = `${error.code}: ${error.message}`.slice(0, 200);
    // A part that is missing or corrupt says nothing about the next one: the store itself answers.
    if (error.code !== 'error' && error.code !== 'timeout') return;
    if (++inARow >= FAILURES_TO_SKIP) skipUntil = clock.now() + skipMs;
  };
  return {
    failed,
    allows() {
      const allowed = clock.now() >= skipUntil;
      counts[allowed ? 'reads' : 'skipped']++;
      return allowed;
    },
    succeeded() {
      inARow = 0;
      skipUntil = 0;
    },
    async timing(read) {
      try {
        return await read;
      } catch (cause) {
        const error = asStoreError(cause);
        if (error.code === 'timeout') failed(error);
        throw error;
      }
    },
    health: () => ({
      state: clock.now() < skipUntil ? 'skipped' : 'ok',
      reads: counts.reads,
      errors: counts.error,
      timeouts: counts.timeout,
      missing: counts.missing,
      corrupt: counts.corrupt,
      skipped: counts.skipped,
      last_error: lastError,
    }),
  };
}
