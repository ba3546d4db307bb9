import type { Key64 } from '../../shared/snapshot/key64.ts';
import { type Manifest, manifestKey, partFor, type TableName } from '../../shared/snapshot/manifest.ts';
import type { KvReads } from './kvReads.ts';
import type { PartMemory } from './partMemory.ts';
import type { Scope } from './scope.ts';
import { StoreError } from './storeError.ts';

interface Opening<P, R> {
  readonly keys: readonly Key64[];
  readonly open: (bytes: Uint8Array) => P;
  readonly pick: (part: P, key: Key64) => R | null;
}
interface Search<P, R> extends Opening<P, R> {
  readonly table: TableName;
}
interface SearchIn<P, R> extends Opening<P, R> {
  /** The part of each key; null: it has none. */
  readonly names: readonly (string | null)[];
}

/** How a snapshot in KV is read: the manifest names the part of a key, the part holds what is sought. */
export interface PartFinder {
  part<T>(key: string, open: (bytes: Uint8Array) => T): Promise<T>;
  /** What each key has in its part; every part is read once, all of them at the same time. */
  findIn<P, R>(search: SearchIn<P, R>): Promise<(R | null)[]>;
  /** The same, the parts being those of a table by ranges of keys. */
  find<P, R>(search: Search<P, R>): Promise<(R | null)[]>;
}

export interface PartFinding {
  readonly manifest: Manifest;
  readonly reads: KvReads;
  readonly memory: PartMemory;
  readonly scope: Scope;
}

export function createPartFinder({ manifest, reads, memory, scope }: PartFinding): PartFinder {
  async function part<T>(key: string, open: (bytes: Uint8Array) => T): Promise<T> {
    try {
      return await reads.read(memory.reading(key, open), scope);
    } catch (error) {
      // Perhaps the manifest was written again and names another part now.
      if (error instanceof StoreError && error.code === 'missing')
        memory.forget(manifestKey(manifest.snapshot_id));
      throw error;
    }
  }
  async function findIn<P, R>({ keys, names, open, pick }: SearchIn<P, R>): Promise<(R | null)[]> {
    const opened = new Map<string, P>();
    await Promise.all(
      [...new Set(names)].map(async (name) => {
        if (name !== null) opened.set(name, await part(name, open));
      }),
    );
    return keys.map((key, at) => {
      const held = opened.get(names[at] ?? '');
      return held === undefined ? null : pick(held, key);
    });
  }
  async function find<P, R>({ table, keys, ...search }: Search<P, R>): Promise<(R | null)[]> {
    const parts = manifest.tables[table];
    if (parts === undefined) throw new StoreError('missing', `the snapshot has no table ${table}`);
    return await findIn({ keys, names: keys.map((key) => partFor(parts, key)?.key ?? null), ...search });
  }
  return { part, find, findIn };
}
