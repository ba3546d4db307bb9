import type { Clock } from '../clock.ts';
import type { Backend } from '../observe/waits.ts';
import { StoreError } from './storeError.ts';
import { Suspended } from './suspend.ts';

/** Whom reads are for. */
export interface Caller {
  /** Keeps the request's context alive until the promise settles. */
  waitUntil(promise: Promise<unknown>): void;
  /** Counts what is waited for, until the returned function is called. */
  beginWait?(backend: Backend, now: () => number): () => void;
}

/** Of reads that nobody waits for any longer than they take. */
export const NOBODY: Caller = { waitUntil: () => undefined };

/** What belongs to one request: its deadline, what it has read, and which stores have already cost it time. */
export interface Scope {
  /** Keeps the request's context alive until the promise settles. */
  waitUntil(promise: Promise<unknown>): void;
  /** Waits for one read of a backend, within its budget and the request's. Throws StoreError. */
  within<T>(backend: Backend, read: Promise<T>): Promise<T>;
  /** True once a read of the backend timed out: this request does not wait for it again. */
  gaveUp(backend: Backend): boolean;
  /**
   * What a read of this request has given, or the error it has thrown. The first time the read is begun,
   * and the work breaks off (suspend.ts) until it is over.
   * @param key names the read within the request, and its type
   */
  take<T>(key: string, read: () => Promise<T>): T;
}

export interface ScopeSettings {
  readonly clock: Clock;
  /** Milliseconds one read may take. */
  readonly budgets: Readonly<Record<Backend, number>>;
  /** Milliseconds all reads of the request may take. */
  readonly totalMs: number;
  readonly caller: Caller;
}

export function openScope(settings: ScopeSettings): Scope {
  return new RequestScope(settings);
}

type Outcome =
  | { readonly state: 'open'; readonly suspended: Suspended }
  | { readonly state: 'read'; readonly value: unknown }
  | { readonly state: 'failed'; readonly error: unknown };

/** A class, for every request makes one: no closures. */
class RequestScope implements Scope {
  readonly #settings: ScopeSettings;
  readonly #deadline: number;
  #slow: Set<Backend> | null = null;
  #outcomes: Map<string, Outcome> | null = null;

  constructor(settings: ScopeSettings) {
    this.#settings = settings;
    this.#deadline = settings.clock.now() + settings.totalMs;
  }

  waitUntil(promise: Promise<unknown>): void {
    this.#settings.caller.waitUntil(promise);
  }

  gaveUp(backend: Backend): boolean {
    return this.#slow?.has(backend) ?? false;
  }

  async within<T>(backend: Backend, read: Promise<T>): Promise<T> {
    const { clock, budgets, caller } = this.#settings;
    const ms = Math.max(0, Math.min(budgets[backend], this.#deadline - clock.now()));
    let cancel = () => {};
    const waited = caller.beginWait?.(backend, clock.now);
    const late = new Promise<never>((_, reject) => {
      cancel = clock.after(ms, () => {
        this.#slow ??= new Set();
        this.#slow.add(backend);
        reject(new StoreError('timeout', `no answer within ${ms} ms`));
      });
    });
    try {
      return await Promise.race([read, late]);
    } finally {
      cancel();
      waited?.();
    }
  }

  take<T>(key: string, read: () => Promise<T>): T {
    this.#outcomes ??= new Map();
    const outcomes = this.#outcomes;
    const known = outcomes.get(key);
    // A key has one type of value, so what was read under it is a T.
    if (known?.state === 'read') return known.value as T;
    if (known?.state === 'failed') throw known.error;
    if (known?.state === 'open') throw known.suspended;
    const suspended = new Suspended(
      read().then(
        (value) => outcomes.set(key, { state: 'read', value }),
        (error) => outcomes.set(key, { state: 'failed', error }),
      ),
    );
    outcomes.set(key, { state: 'open', suspended });
    throw suspended;
  }
}
