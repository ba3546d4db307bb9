import { checkTablePart } from '../../shared/snapshot/checkTablePart.ts';
import { openPart } from '../../shared/snapshot/frame.ts';
import { Manifest, manifestKey, POINTER_KEY, Pointer, TABLES } from '../../shared/snapshot/manifest.ts';
import { findRecord, openRecordTable } from '../../shared/snapshot/recordTable.ts';

interface ReadersView {
  readonly pointer: Pointer;
  readonly manifest: Manifest;
}

/**
 * What the Worker would see in KV, or null without a pointer. Follows pointer, manifest and every part,
 * opens all of them and throws at the first that is missing or damaged: a snapshot is whole or it is not.
 */
export function readersView(values: ReadonlyMap<string, Uint8Array>): ReadersView | null {
  const stored = values.get(POINTER_KEY);
  if (stored === undefined) return null;
  const pointer = Pointer.parse(json(stored));
  const manifest = Manifest.parse(json(need(values, manifestKey(pointer.live))));
  for (const table of TABLES) {
    const parts = manifest.tables[table];
    if (parts === undefined) continue;
    if (parts.length === 0) throw new Error(`${table} has no part`);
    for (const { key, bytes } of parts) {
      const part = need(values, key);
      if (part.byteLength !== bytes) throw new Error(`${key} has ${part.byteLength} bytes, not ${bytes}`);
      checkTablePart(table, part);
    }
  }
  for (const ref of Object.values(manifest.documents)) {
    if (ref !== undefined) json(openPart('document', need(values, ref.key)));
  }
  return { pointer, manifest };
}

/** The record under a key of a table, found as the Worker finds it. */
export function recordOf(
  values: ReadonlyMap<string, Uint8Array>,
  parts: readonly { readonly key: string }[],
  key: Parameters<typeof findRecord>[1],
): Uint8Array | null {
  for (const part of parts) {
    const found = findRecord(openRecordTable(need(values, part.key)), key);
    if (found !== null) return found;
  }
  return null;
}

function need(values: ReadonlyMap<string, Uint8Array>, key: string): Uint8Array {
  const value = values.get(key);
  if (value === undefined) throw new Error(`${key} is missing`);
  return new Uint8Array(value);
}

function json(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
