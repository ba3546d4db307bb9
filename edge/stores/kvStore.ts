import type { Source } from '../../shared/api/recommendation.ts';
import { aliasText } from '../../shared/identity/alias.ts';
import { openCatalogue } from '../../shared/snapshot/catalogue.ts';
import { Places } from '../../shared/snapshot/documents.ts';
import { openPart } from '../../shared/snapshot/frame.ts';
import { decodeItemList, type ItemList } from '../../shared/snapshot/itemList.ts';
import { readItemNumber } from '../../shared/snapshot/itemNumbers.ts';
import { type Key64, keyOfNumber, keyOfText, readKey } from '../../shared/snapshot/key64.ts';
import { type DocumentName, type Manifest, partFor, type TableName } from '../../shared/snapshot/manifest.ts';
import { findRecord, openRecordTable } from '../../shared/snapshot/recordTable.ts';
import { openShelves } from '../../shared/snapshot/shelves.ts';
import { decodeUserRecord, type UserRecord } from '../../shared/snapshot/userRecord.ts';
import type { CardMemory } from './cardMemory.ts';
import { createPartBudget, shelfParts } from './cardShelves.ts';
import { jsonOf } from './json.ts';
import { type PartReading, SnapshotParts } from './kvParts.ts';
import type { Person, Shape, Store, StoredCard } from './store.ts';
import { StoreError } from './storeError.ts';

export interface KvSnapshot extends PartReading {
  readonly source: Source;
  readonly cards: CardMemory;
}

/** With the shelf of the most bought products, one of the customers and these a request reads four parts. */
const CARD_PARTS = 2;
/** Small shops have one part of similar lists; of several, a request reads so many. */
const SIMILAR_PARTS = 2;

/** A snapshot in KV: a read finds the part in the manifest and the record in the part. */
export function openKvStore(snapshot: KvSnapshot): Store {
  return new KvStore(snapshot);
}

/** A class, for every request opens one: no closures. */
class KvStore implements Store {
  readonly source: Source;
  readonly facts: Manifest;
  readonly #parts: SnapshotParts;
  readonly #cards: CardMemory;
  readonly #similarParts = createPartBudget(SIMILAR_PARTS);
  readonly #cardParts = createPartBudget(CARD_PARTS);

  constructor(snapshot: KvSnapshot) {
    this.source = snapshot.source;
    this.facts = snapshot.manifest;
    this.#cards = snapshot.cards;
    this.#parts = new SnapshotParts(snapshot);
  }

  user(customer: Key64): UserRecord | null {
    const [record] = this.#records('users', [customer]);
    return record ? decodeUserRecord(record, this.facts.layout) : null;
  }

  customerOf({ key }: Person): Key64 | null {
    if (this.facts.tables.customer_alias === undefined) return null;
    const [record] = this.#records('customer_alias', [key]);
    return record ? readKey(record) : null;
  }

  /** Of many products in a large shop: the lists of the first ones, as far as the request may read. */
  similar(items: readonly number[]): (ItemList | null)[] {
    const parts = this.facts.tables.similar;
    const allowed = items.filter((item) =>
      this.#similarParts.allows(partFor(parts, keyOfNumber(item))?.key ?? ''),
    );
    const found = this.#lists('similar', allowed.map(keyOfNumber));
    const byItem = new Map(allowed.map((item, i) => [item, found[i] ?? null]));
    return items.map((item) => byItem.get(item) ?? null);
  }

  pairs(items: readonly number[]): (ItemList | null)[] {
    return this.#lists('pairs', items.map(keyOfNumber));
  }

  popular(names: readonly string[]): (ItemList | null)[] {
    return this.#lists('popular', names.map(keyOfText));
  }

  itemNumbers(productIds: readonly string[], source: string | null): (number | null)[] {
    const keys = productIds.map((id) => keyOfText(source === null ? id : aliasText(source, id)));
    const found = this.#records('product_index', keys);
    return found.map((record) => (record === null ? null : readItemNumber(record, 0, 3)));
  }

  cards(items: readonly number[]): (StoredCard | null)[] {
    const parts = this.#parts.parts(this.#cardNames(items), (bytes) => this.#cards.of(openCatalogue(bytes)));
    return items.map((item, i) => parts[i]?.card(item) ?? null);
  }

  places(): Places {
    return this.document('places', Places());
  }

  document<T>(name: DocumentName, shape: Shape<T>): T {
    const ref = this.facts.documents[name];
    if (ref === undefined) throw new StoreError('missing', `the snapshot has no document ${name}`);
    return this.#parts.part(ref.key, (bytes) => shape.parse(jsonOf(openPart('document', bytes))));
  }

  #cardNames(items: readonly number[]): (string | null)[] {
    const { catalogue, shelves } = this.facts.tables;
    const [ref] = shelves ?? [];
    if (ref === undefined) return items.map((item) => partFor(catalogue, keyOfNumber(item))?.key ?? null);
    const opened = this.#parts.part(ref.key, openShelves);
    return shelfParts(items, { shelves: opened, parts: catalogue, budget: this.#cardParts });
  }

  #records(table: TableName, keys: readonly Key64[]): (Uint8Array | null)[] {
    const parts = this.#parts.parts(this.#parts.namesOf(table, keys), openRecordTable);
    return keys.map((key, i) => {
      const part = parts[i] ?? null;
      return part === null ? null : findRecord(part, key);
    });
  }

  #lists(table: 'similar' | 'pairs' | 'popular', keys: readonly Key64[]): (ItemList | null)[] {
    const width = this.facts.layout.item_width;
    return this.#records(table, keys).map((record) =>
      record === null ? null : decodeItemList(record, width),
    );
  }
}
