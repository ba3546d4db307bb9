import type { Key64 } from '../../shared/snapshot/key64.ts';
import { type Manifest, manifestKey, partFor, type TableName } from '../../shared/snapshot/manifest.ts';
import type { KvReads } from './kvReads.ts';
import type { PartMemory } from './partMemory.ts';
import type { Scope } from './scope.ts';
import { StoreError } from './storeError.ts';
import { Waits } from './suspend.ts';

export interface PartReading {
  readonly manifest: Manifest;
  readonly reads: KvReads;
  readonly memory: PartMemory;
  readonly scope: Scope;
}

/** How a snapshot in KV is read: the manifest names the part of a key, the part holds what is sought. */
export class SnapshotParts {
  readonly #reading: PartReading;
  constructor(reading: PartReading) {
    this.#reading = reading;
  }

  /** The name of each key's part; null: it has none. Throws StoreError. */
  namesOf(table: TableName, keys: readonly Key64[]): (string | null)[] {
    const parts = this.#reading.manifest.tables[table];
    if (parts === undefined) throw new StoreError('missing', `the snapshot has no table ${table}`);
    return keys.map((key) => partFor(parts, key)?.key ?? null);
  }

  /** One part, opened. @param open always the same one for a name */
  part<P>(name: string, open: (bytes: Uint8Array) => P): P {
    const { memory, scope } = this.#reading;
    return memory.recall<P>(name) ?? scope.take(`part/${name}`, () => this.#read(name, open));
  }

  /** The parts of those names, opened; all that are not in memory are read at the same time. */
  parts<P>(names: readonly (string | null)[], open: (bytes: Uint8Array) => P): (P | null)[] {
    const waits = new Waits();
    const opened: (P | null)[] = [];
    let last: string | null = null;
    let held: P | null = null;
    for (const name of names) {
      if (name !== last) held = name === null ? null : waits.attempt(() => this.part(name, open));
      last = name;
      opened.push(held);
    }
    waits.check();
    return opened;
  }

  async #read<P>(name: string, open: (bytes: Uint8Array) => P): Promise<P> {
    const { manifest, reads, memory, scope } = this.#reading;
    try {
      return await reads.read(memory.reading(name, open), scope);
    } catch (error) {
      // Perhaps the manifest was written again and names another part now.
      if (error instanceof StoreError && error.code === 'missing')
        memory.forget(manifestKey(manifest.snapshot_id));
      throw error;
    }
  }
}
