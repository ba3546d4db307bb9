import type { KvNamespace } from '../stores/kvReads.ts';

/** The runtime's own KV namespace, which tests may also write. */
export interface WritableKv extends KvNamespace {
  put(key: string, value: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
}

export async function writeAll(
  kv: WritableKv,
  values: Iterable<readonly [string, Uint8Array]>,
): Promise<void> {
  await Promise.all([...values].map(([key, value]) => kv.put(key, value)));
}
