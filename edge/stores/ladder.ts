import type { Degraded } from '../../shared/api/recommendation.ts';
import type { CustomerKeyer } from '../../shared/identity/customerKey.ts';
import { READABLE_FORMATS } from '../../shared/snapshot/frame.ts';
import { Manifest, manifestKey, type Pointer } from '../../shared/snapshot/manifest.ts';
import type { AnswerMemory } from './answerMemory.ts';
import { jsonOf } from './json.ts';
import type { KvReads } from './kvReads.ts';
import { openKvStore } from './kvStore.ts';
import type { PartMemory } from './partMemory.ts';
import type { PersonGuard } from './personGuard.ts';
import type { PointerReader } from './pointerReader.ts';
import type { PostgresSnapshots } from './postgresSnapshot.ts';
import type { PostgresSql } from './postgresSql.ts';
import { openPostgresStore, type PostgresStore } from './postgresStore.ts';
import type { Scope } from './scope.ts';
import type { Person, Store } from './store.ts';
import { StoreError } from './storeError.ts';

/** What the isolate has of each store. */
export interface Stores {
  readonly pointer: PointerReader;
  readonly reads: KvReads;
  readonly memory: PartMemory;
  readonly postgres: {
    readonly sql: PostgresSql;
    readonly snapshots: PostgresSnapshots;
    readonly persons: PersonGuard;
    readonly memory: AnswerMemory;
    readonly keyer: CustomerKeyer | null;
  } | null;
  readonly defaults: Store;
}

export interface Read<T> {
  readonly value: T;
  /** The store that answered. */
  readonly origin: Store;
}

/** One request's way down the ladder of stores. */
export interface Reader {
  readonly scope: Scope;
  /**
   * Asks the stores from best to last resort until one answers. Goes down only on an error, a time-out
   * or a part that is missing or corrupt: a store that answers "unknown" has answered.
   */
  read<T>(part: string, ask: (store: Store) => Promise<T>): Promise<Read<T>>;
  /** Asks Postgres what a customer bought since the snapshot, latest first. Throws StoreError. */
  recentOrders(person: Person): Promise<number[]>;
  /** Says that a part is not what it should be. */
  note(part: string, source: Degraded['source']): void;
  /** Parts that had to be read from another store than live KV, so far. */
  readonly degraded: readonly Degraded[];
  /** The store that answered last; the defaults before any has. */
  lastOrigin(): Store;
}

/** A repair writes the manifest again when products changed since: the one value of a snapshot that may. */
const MANIFEST_SECONDS = 60;

export function openReader(stores: Stores, scope: Scope): Reader {
  const { rungs, postgres } = rungsOf(stores, scope);
  const degraded: Degraded[] = [];
  let last = stores.defaults;
  return {
    scope,
    degraded,
    lastOrigin: () => last,
    recentOrders: async (person) => (await postgres()).recentOrders(person),
    note: (part, source) => note(degraded, { part, source }),
    async read(part, ask) {
      for (const rung of rungs) {
        try {
          const origin = await rung();
          const value = await ask(origin);
          last = origin;
          if (origin.source !== 'kv') note(degraded, { part, source: origin.source });
          return { value, origin };
        } catch (error) {
          // A store that fails in a way of its own has been counted; anything else is a bug worth a line.
          if (!(error instanceof StoreError)) console.error(`reading ${part} failed`, error);
        }
      }
      last = stores.defaults;
      note(degraded, { part, source: 'defaults' });
      return { value: await ask(stores.defaults), origin: stores.defaults };
    },
  };
}

/** Opens each store once per request, and only when it is needed. */
function rungsOf(
  stores: Stores,
  scope: Scope,
): { rungs: readonly (() => Promise<Store>)[]; postgres: () => Promise<PostgresStore> } {
  const pointer = once(() => stores.pointer.read(scope));
  const kv = async (source: 'kv' | 'kv_previous', idOf: (pointer: Pointer) => number | null) => {
    const id = idOf(await pointer());
    if (id === null) throw new StoreError('off', 'there is no previous snapshot');
    const { reads, memory } = stores;
    const manifest = await reads.read(memory.reading(manifestKey(id), openManifest, MANIFEST_SECONDS), scope);
    return openKvStore({ source, manifest, reads, memory, scope });
  };
  const fromPostgres = async () => {
    if (stores.postgres === null) throw new StoreError('off', 'no DATABASE_URL is set');
    const wanted = await pointer().then(
      (found) => found.live,
      () => null,
    );
    const { snapshots, ...held } = stores.postgres;
    return openPostgresStore({ ...held, snapshot: await snapshots.find(wanted, scope), scope });
  };
  const postgres = once(fromPostgres);
  const rungs = [
    once(() => kv('kv', (found) => found.live)),
    once(() => kv('kv_previous', (found) => found.previous)),
    postgres,
  ];
  return { rungs, postgres };
}

function openManifest(bytes: Uint8Array): Manifest {
  const manifest = Manifest.parse(jsonOf(bytes));
  if (!READABLE_FORMATS.includes(manifest.format)) throw new Error(`format ${manifest.format}`);
  return manifest;
}

function note(degraded: Degraded[], entry: Degraded): void {
  if (!degraded.some((known) => known.part === entry.part && known.source === entry.source))
    degraded.push(entry);
}

function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | null = null;
  return () => {
    opened ??= open();
    return opened;
  };
}
