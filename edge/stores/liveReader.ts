import type { Clock } from '../clock.ts';
import type { KvReads } from './kvReads.ts';
import { reopening } from './reopening.ts';
import type { Scope } from './scope.ts';
import { asStoreError, StoreError } from './storeError.ts';

/** A value that stands beside the snapshots and changes: read again after some seconds. */
export interface LiveValue<T> {
  /** Null: KV says there is none. */
  readonly value: T | null;
  /** `stale`: KV could not be read or gave something unreadable; this is the last that was known. */
  readonly state: 'live' | 'stale';
}

export interface LiveReader<T> {
  /** Throws StoreError when the value cannot be read and none was known before. */
  read(scope: Scope): Promise<LiveValue<T>>;
  /** What the isolate still trusts, or null. @param now known already */
  recall(now?: number): LiveValue<T> | null;
}

export interface LiveReaderSettings<T> {
  readonly reads: KvReads;
  readonly clock: Clock;
  readonly key: string;
  /** How long an isolate trusts what it has read. */
  readonly ttlMs: number;
  /** Checks and opens the bytes; throws when they are not what they should be. */
  readonly open: (bytes: Uint8Array) => T;
}

/** The least KV allows. */
const CACHE_SECONDS = 30;

export function createLiveReader<T>({
  reads,
  clock,
  key,
  ttlMs,
  open,
}: LiveReaderSettings<T>): LiveReader<T> {
  const reopen = reopening(open);
  let known: LiveValue<T> | null = null;
  let broken: StoreError | null = null;
  let readAt = Number.NEGATIVE_INFINITY;

  function receive(bytes: Uint8Array | null): LiveValue<T> {
    readAt = clock.now();
    try {
      known = { value: bytes === null ? null : reopen(bytes), state: 'live' };
      broken = null;
      return known;
    } catch (cause) {
      broken = new StoreError('corrupt', `${key} is not readable`, { cause });
      throw broken;
    }
  }

  function recall(now = clock.now()): LiveValue<T> | null {
    if (now - readAt >= ttlMs) return null;
    if (broken !== null) throw broken;
    return known;
  }

  return {
    recall: (now) => (broken === null ? recall(now) : null),
    async read(scope) {
      try {
        return await reads.read({ key, cacheSeconds: CACHE_SECONDS, recall, receive }, scope);
      } catch (cause) {
        if (known === null) throw asStoreError(cause);
        return { value: known.value, state: 'stale' };
      }
    },
  };
}
