import type { Degraded } from '../../shared/api/recommendation.ts';
import type { CustomerKeyer } from '../../shared/identity/customerKey.ts';
import { READABLE_FORMATS } from '../../shared/snapshot/frame.ts';
import { Manifest, manifestKey, type Pointer } from '../../shared/snapshot/manifest.ts';
import type { AnswerMemory } from './answerMemory.ts';
import type { CardMemory } from './cardMemory.ts';
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
import type { Origin, Person, Store } from './store.ts';
import { StoreError } from './storeError.ts';
import { Suspended } from './suspend.ts';

/** What the isolate has of each store. */
export interface Stores {
  readonly pointer: PointerReader;
  readonly reads: KvReads;
  readonly memory: PartMemory;
  readonly cards: CardMemory;
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
  readonly origin: Origin;
}

/** One request's way down the ladder of stores. */
export interface Reader {
  readonly scope: Scope;
  /**
   * Asks the stores from best to last resort until one answers. Goes down only on an error, a time-out
   * or a part that is missing or corrupt: a store that answers "unknown" has answered. Breaks off where
   * something is not in memory yet (suspend.ts).
   */
  read<T>(part: string, ask: (store: Store) => T): Read<T>;
  /** Asks Postgres what a customer bought since the snapshot, latest first. Throws StoreError. */
  recentOrders(person: Person): number[];
  /** Says that a part is not what it should be. */
  note(part: string, source: Degraded['source']): void;
  /** Parts that had to be read from another store than live KV, so far. */
  readonly degraded: readonly Degraded[];
  /** The store that answered last; the defaults before any has. */
  lastOrigin(): Origin;
}

/** A repair writes the manifest again when products changed since: the one value of a snapshot that may. */
const MANIFEST_SECONDS = 60;

export function openReader(stores: Stores, scope: Scope): Reader {
  return new Ladder(stores, scope);
}

const RUNGS = ['kv', 'kv_previous', 'postgres'] as const;
type Rung = (typeof RUNGS)[number];

/** A class, for every request makes one: no closures. */
class Ladder implements Reader {
  readonly scope: Scope;
  readonly degraded: Degraded[] = [];
  readonly #stores: Stores;
  /** Each store is opened once per request, so that its lists are of one snapshot. */
  readonly #opened: Partial<Record<Rung, Store>> = {};
  #last: Origin;
  #pointer: Pointer | null = null;
  #postgres: PostgresStore | null = null;

  constructor(stores: Stores, scope: Scope) {
    this.#stores = stores;
    this.scope = scope;
    this.#last = stores.defaults;
  }

  lastOrigin(): Origin {
    return this.#last;
  }

  read<T>(part: string, ask: (store: Store) => T): Read<T> {
    for (const rung of RUNGS) {
      try {
        const origin = this.#open(rung);
        const value = ask(origin);
        this.#last = origin;
        if (rung !== 'kv') this.note(part, rung);
        return { value, origin };
      } catch (error) {
        if (error instanceof Suspended) throw error;
        // A store that fails in a way of its own has been counted; anything else is a bug worth a line.
        if (!(error instanceof StoreError)) console.error(`reading ${part} failed`, error);
      }
    }
    const { defaults } = this.#stores;
    this.#last = defaults;
    this.note(part, 'defaults');
    return { value: ask(defaults), origin: defaults };
  }

  recentOrders(person: Person): number[] {
    return this.#openPostgres().recentOrders(person);
  }

  note(part: string, source: Degraded['source']): void {
    if (!this.degraded.some((known) => known.part === part && known.source === source))
      this.degraded.push({ part, source });
  }

  #open(rung: Rung): Store {
    this.#opened[rung] ??= rung === 'postgres' ? this.#openPostgres() : this.#openKv(rung);
    return this.#opened[rung];
  }

  #openKv(source: 'kv' | 'kv_previous'): Store {
    const { live, previous } = this.#readPointer();
    const id = source === 'kv' ? live : previous;
    if (id === null) throw new StoreError('off', 'there is no previous snapshot');
    const { reads, memory, cards } = this.#stores;
    const { scope } = this;
    const key = manifestKey(id);
    const manifest =
      memory.recall<Manifest>(key) ??
      scope.take(key, () => reads.read(memory.reading(key, openManifest, MANIFEST_SECONDS), scope));
    return openKvStore({ source, manifest, reads, memory, cards, scope });
  }

  #readPointer(): Pointer {
    const { pointer } = this.#stores;
    const { scope } = this;
    this.#pointer ??= pointer.recall() ?? scope.take('pointer', () => pointer.read(scope));
    return this.#pointer;
  }

  #openPostgres(): PostgresStore {
    const { postgres } = this.#stores;
    const { scope } = this;
    if (postgres === null) throw new StoreError('off', 'no DATABASE_URL is set');
    if (this.#postgres === null) {
      const wanted = this.#wanted();
      const snapshot = scope.take('postgres', () => postgres.snapshots.find(wanted, scope));
      this.#postgres = openPostgresStore({ ...postgres, snapshot, scope });
    }
    return this.#postgres;
  }

  /** The snapshot that KV's pointer names, or null when it cannot be read. */
  #wanted(): number | null {
    try {
      return this.#readPointer().live;
    } catch (error) {
      if (error instanceof Suspended) throw error;
      return null;
    }
  }
}

function openManifest(bytes: Uint8Array): Manifest {
  const manifest = Manifest.parse(jsonOf(bytes));
  if (!READABLE_FORMATS.includes(manifest.format)) throw new Error(`format ${manifest.format}`);
  return manifest;
}
