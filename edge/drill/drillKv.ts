import type { DrillFault, DrillFaults, DrillStore } from '../../shared/rules/drillFaults.ts';
import { RULES_KEY } from '../../shared/rules/rulesDocument.ts';
import { Manifest, manifestKey, POINTER_KEY, Pointer, partKey } from '../../shared/snapshot/manifest.ts';
import type { Clock } from '../clock.ts';
import { jsonOf } from '../stores/json.ts';
import type { KvNamespace } from '../stores/kvReads.ts';
import { StoreError } from '../stores/storeError.ts';

export interface DrillSettings {
  readonly faults: DrillFaults;
  readonly clock: Clock;
  /** Milliseconds a read of the store may take; a slow one takes half of it. */
  readonly budgetMs: number;
}

/** Longer than any budget, but no promise that never settles: the runtime would keep the request. */
const HANGING_MS = 5_000;
const MANIFESTS = manifestKey(0).slice(0, -1);
const PARTS = partKey('');
const encoder = new TextEncoder();

/** KV as it would be with faults; what it holds stays as it is. */
export function drillKv(kv: KvNamespace, { faults, clock, budgetMs }: DrillSettings): KvNamespace {
  const catalogue = new Set<string>();
  const storeOf = (key: string): DrillStore | null => {
    if (key === POINTER_KEY) return 'pointer';
    if (key === RULES_KEY) return 'rules';
    if (!key.startsWith(PARTS)) return null;
    return catalogue.has(key) ? 'catalogue' : 'shard';
  };
  return {
    async get(key, options) {
      const store = storeOf(key);
      const fault = store === null ? 'fine' : (faults[store] ?? 'fine');
      await delayed(fault, clock, budgetMs);
      const value = fault === 'missing' ? null : await kv.get(key, options);
      if (value === null) return null;
      if (key.startsWith(MANIFESTS)) noteCatalogue(value, catalogue);
      return disturbed(value, fault, store);
    },
  };
}

/** Waits as the fault demands. Throws for those that answer nothing. */
export async function delayed(fault: DrillFault, clock: Clock, budgetMs: number): Promise<void> {
  if (fault === 'error') throw new StoreError('error', 'drill: the store answers with an error');
  const ms = fault === 'slow' ? budgetMs / 2 : fault === 'hanging' ? HANGING_MS : 0;
  if (ms > 0) await new Promise<void>((resolve) => clock.after(ms, resolve));
  if (fault === 'hanging') throw new StoreError('error', 'drill: the store hangs');
}

/** Which parts are the catalogue's stands in the manifest, which is read before any of them. */
function noteCatalogue(value: ArrayBuffer, catalogue: Set<string>): void {
  const manifest = Manifest.safeParse(jsonOf(new Uint8Array(value)));
  for (const { key } of manifest.data?.tables.catalogue ?? []) catalogue.add(key);
}

function disturbed(value: ArrayBuffer, fault: DrillFault, store: DrillStore | null): ArrayBuffer {
  if (fault === 'corrupt' || fault === 'old_format') {
    const bytes = new Uint8Array(value.slice(0));
    // The version of a part's frame; the pointer and the rules have none: their first letter breaks the JSON.
    const at = fault === 'corrupt' ? bytes.length - 1 : store === 'pointer' || store === 'rules' ? 0 : 4;
    bytes[at] = fault === 'corrupt' ? (bytes[at] ?? 0) ^ 0xff : 0;
    return bytes.buffer;
  }
  return fault === 'stale' && store === 'pointer' ? previousLive(value) : value;
}

/** The pointer as it was before the last publication. */
function previousLive(value: ArrayBuffer): ArrayBuffer {
  const { data } = Pointer.safeParse(jsonOf(new Uint8Array(value)));
  if (data === undefined || data.previous === null) return value;
  return encoder.encode(JSON.stringify({ ...data, live: data.previous, previous: null }))
    .buffer as ArrayBuffer;
}
