import { CorruptPartError } from '../../shared/snapshot/frame.ts';
import type { Clock } from '../clock.ts';
import type { KvRead } from './kvReads.ts';
import { createRecentlyUsed } from './recentlyUsed.ts';
import { StoreError } from './storeError.ts';

/** Opened parts of the isolate by KV key, least recently used out first, bounded by bytes. */
export interface PartMemory {
  /**
   * How to read a part and keep it.
   * @param open checks and opens the bytes; always the same one for a key. Throws CorruptPartError.
   * @param cacheSeconds how long the data centre may keep it; less than a day for what may be rewritten
   */
  reading<T>(key: string, open: (bytes: Uint8Array) => T, cacheSeconds?: number): KvRead<T>;
  /** The opened part, or null when it is not here. Throws StoreError when it is known to be bad. */
  recall<T>(key: string): T | null;
  /** The next reading asks KV again. */
  forget(key: string): void;
  size(): { parts: number; bytes: number; limit_bytes: number };
}

export interface PartMemorySettings {
  readonly limitBytes: number;
  readonly clock: Clock;
  /** How long a missing or corrupt part is not asked for again. */
  readonly badMs: number;
}

/** A part never changes under its key, so the data centre may keep it for a day. */
const CACHE_SECONDS = 86_400;

export function createPartMemory({ limitBytes, clock, badMs }: PartMemorySettings): PartMemory {
  const parts = createRecentlyUsed<unknown>(limitBytes);
  const bad = new Map<string, { until: number; error: StoreError }>();

  function recall(key: string): unknown {
    const held = parts.get(key);
    if (held !== null) return held;
    const known = bad.get(key);
    if (known === undefined) return null;
    if (clock.now() < known.until) throw known.error;
    bad.delete(key);
    return null;
  }

  function condemn(key: string, error: StoreError): StoreError {
    bad.set(key, { until: clock.now() + badMs, error });
    return error;
  }

  return {
    size() {
      const { count, bytes } = parts.size();
      return { parts: count, bytes, limit_bytes: limitBytes };
    },
    // A key has one opener, so what memory holds is a T.
    recall: <T>(key: string) => recall(key) as T | null,
    forget: parts.delete,
    reading: <T>(key: string, open: (part: Uint8Array) => T, cacheSeconds = CACHE_SECONDS) => ({
      key,
      cacheSeconds,
      recall: () => recall(key) as T | null,
      receive(part) {
        if (part === null) throw condemn(key, new StoreError('missing', `no part ${key}`));
        try {
          const value = open(part);
          parts.set(key, value, part.byteLength);
          return value;
        } catch (cause) {
          const reason = cause instanceof CorruptPartError ? cause.reason : 'not readable';
          throw condemn(key, new StoreError('corrupt', `part ${key}: ${reason}`, { cause }));
        }
      },
    }),
  };
}
