import type { Clock } from '../clock.ts';
import { noteWait } from '../observe/waits.ts';
import { StoreError } from './storeError.ts';

export type Backend = 'kv' | 'postgres';

/** What belongs to one request: its deadline, and which stores have already cost it time. */
export interface Scope {
  /** Keeps the request's context alive until the promise settles. */
  waitUntil(promise: Promise<unknown>): void;
  /** Waits for one read of a backend, within its budget and the request's. Throws StoreError. */
  within<T>(backend: Backend, read: Promise<T>): Promise<T>;
  /** True once a read of the backend timed out: this request does not wait for it again. */
  gaveUp(backend: Backend): boolean;
}

export interface ScopeSettings {
  readonly clock: Clock;
  /** Milliseconds one read may take. */
  readonly budgets: Readonly<Record<Backend, number>>;
  /** Milliseconds all reads of the request may take. */
  readonly totalMs: number;
  /** Whose waits are counted. */
  readonly request?: Request | undefined;
  waitUntil(promise: Promise<unknown>): void;
}

export function openScope({ clock, budgets, totalMs, request, waitUntil }: ScopeSettings): Scope {
  const deadline = clock.now() + totalMs;
  const slow = new Set<Backend>();
  return {
    waitUntil,
    gaveUp: (backend) => slow.has(backend),
    async within(backend, read) {
      const ms = Math.max(0, Math.min(budgets[backend], deadline - clock.now()));
      let cancel = () => {};
      const waited = request && noteWait(request, backend, clock.now);
      const late = new Promise<never>((_, reject) => {
        cancel = clock.after(ms, () => {
          slow.add(backend);
          reject(new StoreError('timeout', `no answer within ${ms} ms`));
        });
      });
      try {
        return await Promise.race([read, late]);
      } finally {
        cancel();
        waited?.();
      }
    },
  };
}
