import type { Clock } from '../clock.ts';
import { createFlights } from './flights.ts';
import type { Gauge } from './gauge.ts';
import type { Scope } from './scope.ts';
import { asStoreError, StoreError } from './storeError.ts';

/** The one method of a KV namespace the Worker needs. */
export interface KvNamespace {
  get(key: string, options: { type: 'arrayBuffer'; cacheTtl: number }): Promise<ArrayBuffer | null>;
}

/** One value under a key, and where the isolate keeps it. */
export interface KvRead<T> {
  readonly key: string;
  /** How long Cloudflare may keep the value at the data centre, at least 30 s. */
  readonly cacheSeconds: number;
  /** The value the isolate holds, or null. Throws StoreError when it is known to be bad. */
  recall(): T | null;
  /** Opens and keeps what KV answered; null = no such key. Throws StoreError. */
  receive(bytes: Uint8Array | null): T;
}

/** Reads of KV: from the isolate's memory, else once for all requests that want the same key. */
export interface KvReads {
  read<T>(what: KvRead<T>, scope: Scope): Promise<T>;
}

/** After this a read whose request was cancelled counts as lost. */
const ABANDON_MS = 5_000;

export function createKvReads(kv: KvNamespace | null, gauge: Gauge, clock: Clock): KvReads {
  const flights = createFlights(ABANDON_MS);

  async function load<T>(from: KvNamespace, what: KvRead<T>): Promise<T> {
    try {
      const bytes = await from.get(what.key, { type: 'arrayBuffer', cacheTtl: what.cacheSeconds });
      const value = what.receive(bytes === null ? null : new Uint8Array(bytes));
      gauge.succeeded();
      return value;
    } catch (cause) {
      const error = asStoreError(cause);
      gauge.failed(error);
      throw error;
    } finally {
      flights.land(what.key);
    }
  }

  return {
    async read(what, scope) {
      const held = what.recall();
      if (held !== null) return held;
      if (kv === null) throw new StoreError('off', 'no KV namespace is bound');
      if (scope.gaveUp('kv')) throw new StoreError('skipped', 'KV was too slow for this request');
      if (!gauge.allows()) throw new StoreError('skipped', 'KV is left alone after failures');
      const leader = flights.join(what.key, clock.now());
      if (leader !== null) {
        await scope.within('kv', leader);
        const shared = what.recall();
        if (shared !== null) return shared;
      }
      // Goes on in the background when this request stops waiting: the next one finds it in memory.
      const loading = load(kv, what);
      scope.waitUntil(loading.catch(() => undefined));
      return await gauge.timing(scope.within('kv', loading));
    },
  };
}
