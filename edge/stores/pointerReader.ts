import { POINTER_KEY, Pointer } from '../../shared/snapshot/manifest.ts';
import type { Clock } from '../clock.ts';
import { jsonOf } from './json.ts';
import type { KvReads } from './kvReads.ts';
import type { Scope } from './scope.ts';
import { StoreError } from './storeError.ts';

/** Reads the pointer: the one key of a snapshot that changes. */
export interface PointerReader {
  /** Throws StoreError; `missing` when KV says there is none. */
  read(scope: Scope): Promise<Pointer>;
  /** What the isolate still trusts, or null. Throws StoreError as `read` does. @param now known already */
  recall(now?: number): Pointer | null;
}

/** The least KV allows. */
const CACHE_SECONDS = 30;
/** A shop's first snapshot should be seen soon after it is published. */
const MISSING_MS = 1_000;

interface PointerReaderSettings {
  readonly reads: KvReads;
  readonly clock: Clock;
  readonly ttlMs: number;
  /** Called with a pointer of another generation than the one before: its manifests may have been written again. */
  readonly onRenewed: (pointer: Pointer) => void;
}

export function createPointerReader({
  reads,
  clock,
  ttlMs,
  onRenewed,
}: PointerReaderSettings): PointerReader {
  let pointer: Pointer | null = null;
  let readAt = Number.NEGATIVE_INFINITY;

  let generation: number | null = null;

  function receive(bytes: Uint8Array | null): Pointer {
    readAt = clock.now();
    pointer = null;
    if (bytes === null) throw new StoreError('missing', 'KV holds no pointer');
    try {
      pointer = Pointer.parse(jsonOf(bytes));
      if (generation !== null && generation !== pointer.generation) onRenewed(pointer);
      generation = pointer.generation;
      return pointer;
    } catch (cause) {
      throw new StoreError('corrupt', 'the pointer is not readable', { cause });
    }
  }

  function recall(now = clock.now()): Pointer | null {
    if (now - readAt >= (pointer === null ? Math.min(ttlMs, MISSING_MS) : ttlMs)) return null;
    if (pointer === null) throw new StoreError('missing', 'KV holds no readable pointer');
    return pointer;
  }

  return {
    recall,
    async read(scope) {
      try {
        return await reads.read({ key: POINTER_KEY, cacheSeconds: CACHE_SECONDS, recall, receive }, scope);
      } catch (error) {
        // While KV cannot be reached, what it said last is better than nothing: parts may be in memory.
        if (pointer !== null) return pointer;
        throw error;
      }
    },
  };
}
