import type { KvNamespace } from '../stores/kvReads.ts';

export type Fault = 'missing' | 'corrupt' | 'error' | 'hanging';

export interface FaultyKv extends KvNamespace {
  /** What goes wrong with a key from now on. */
  fault: (key: string) => Fault | null;
  readonly asked: string[];
}

/** A KV namespace that fails as told; what it holds stays as it was. */
export function breakable(kv: KvNamespace): FaultyKv {
  const faulty: FaultyKv = {
    fault: () => null,
    asked: [],
    async get(key, options) {
      faulty.asked.push(key);
      const fault = faulty.fault(key);
      if (fault === 'missing') return null;
      if (fault === 'error') throw new Error('KV GET failed: 503');
      if (fault === 'hanging') return new Promise<never>(() => undefined);
      const value = await kv.get(key, options);
      return value === null || fault === null ? value : corrupted(value);
    },
  };
  return faulty;
}

/** The same length, the last byte flipped: only the checksum can tell (or the JSON, for the pointer). */
function corrupted(value: ArrayBuffer): ArrayBuffer {
  const bytes = new Uint8Array(value.slice(0));
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 0xff;
  return bytes.buffer;
}

/** KV in memory, for Node. */
export function mapKv(values: ReadonlyMap<string, Uint8Array>): KvNamespace {
  return {
    async get(key) {
      const value = values.get(key);
      return value === undefined ? null : new Uint8Array(value).buffer;
    },
  };
}
