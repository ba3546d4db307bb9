import type { Source } from '../../shared/api/recommendation.ts';
import { aliasText } from '../../shared/identity/alias.ts';
import { type Catalogue, findCard, openCatalogue } from '../../shared/snapshot/catalogue.ts';
import { Places } from '../../shared/snapshot/documents.ts';
import { openPart } from '../../shared/snapshot/frame.ts';
import { decodeItemList } from '../../shared/snapshot/itemList.ts';
import { readItemNumber } from '../../shared/snapshot/itemNumbers.ts';
import { type Key64, keyOfNumber, keyOfText, readKey } from '../../shared/snapshot/key64.ts';
import { type DocumentName, type Manifest, partFor, type TableName } from '../../shared/snapshot/manifest.ts';
import { findRecord, openRecordTable } from '../../shared/snapshot/recordTable.ts';
import { openShelves } from '../../shared/snapshot/shelves.ts';
import { decodeUserRecord } from '../../shared/snapshot/userRecord.ts';
import { createPartBudget, shelfParts } from './cardShelves.ts';
import { jsonOf } from './json.ts';
import { createPartFinder } from './kvParts.ts';
import type { KvReads } from './kvReads.ts';
import type { PartMemory } from './partMemory.ts';
import type { Scope } from './scope.ts';
import { type Shape, type Store, type StoredCard, storedCard } from './store.ts';
import { StoreError } from './storeError.ts';

export interface KvSnapshot {
  readonly source: Source;
  readonly manifest: Manifest;
  readonly reads: KvReads;
  readonly memory: PartMemory;
  readonly scope: Scope;
}

/** With the shelf of the most bought products, one of the customers and these a request reads four parts. */
const CARD_PARTS = 2;
/** Small shops have one part of similar lists; of several, a request reads so many. */
const SIMILAR_PARTS = 2;

/** A snapshot in KV: a read finds the part in the manifest and the record in the part. */
export function openKvStore({ source, manifest, reads, memory, scope }: KvSnapshot): Store {
  const { layout } = manifest;
  const similarParts = createPartBudget(SIMILAR_PARTS);
  const cardParts = createPartBudget(CARD_PARTS);

  const { part, find, findIn } = createPartFinder({ manifest, reads, memory, scope });

  function records(table: TableName, keys: readonly Key64[]): Promise<(Uint8Array | null)[]> {
    return find({ table, keys, open: openRecordTable, pick: findRecord });
  }
  async function lists(table: 'similar' | 'pairs' | 'popular', keys: readonly Key64[]) {
    const found = await records(table, keys);
    return found.map((record) => (record === null ? null : decodeItemList(record, layout.item_width)));
  }
  /** Of many products in a large shop: the lists of the first ones, as far as the request may read. */
  async function similar(items: readonly number[]) {
    const parts = manifest.tables.similar;
    const allowed = items.filter((item) => similarParts.allows(partFor(parts, keyOfNumber(item))?.key ?? ''));
    const found = await lists('similar', allowed.map(keyOfNumber));
    const byItem = new Map(allowed.map((item, i) => [item, found[i] ?? null]));
    return items.map((item) => byItem.get(item) ?? null);
  }
  async function cards(items: readonly number[]) {
    const search = { keys: items.map(keyOfNumber), open: openCatalogue, pick: pickCard };
    const [ref] = manifest.tables.shelves ?? [];
    if (ref === undefined) return await find({ table: 'catalogue', ...search });
    const shelves = await part(ref.key, openShelves);
    const parts = manifest.tables.catalogue;
    return await findIn({ ...search, names: shelfParts(items, { shelves, parts, budget: cardParts }) });
  }
  async function document<T>(name: DocumentName, shape: Shape<T>): Promise<T> {
    const ref = manifest.documents[name];
    if (ref === undefined) throw new StoreError('missing', `the snapshot has no document ${name}`);
    return part(ref.key, (bytes) => shape.parse(jsonOf(openPart('document', bytes))));
  }

  return {
    source,
    facts: manifest,
    async user(customer) {
      const [record] = await records('users', [customer]);
      return record ? decodeUserRecord(record, layout) : null;
    },
    async customerOf({ key }) {
      if (manifest.tables.customer_alias === undefined) return null;
      const [record] = await records('customer_alias', [key]);
      return record ? readKey(record) : null;
    },
    similar,
    pairs: (items) => lists('pairs', items.map(keyOfNumber)),
    popular: (names) => lists('popular', names.map(keyOfText)),
    async itemNumbers(productIds, source) {
      const keys = productIds.map((id) => keyOfText(source === null ? id : aliasText(source, id)));
      const found = await records('product_index', keys);
      return found.map((record) => (record === null ? null : readItemNumber(record, 0, 3)));
    },
    cards,
    places: () => document('places', Places),
    document,
  };
}

const decoder = new TextDecoder();

function pickCard(catalogue: Catalogue, { low: item }: Key64): StoredCard | null {
  const found = findCard(catalogue, item);
  return found === null ? null : storedCard(() => decoder.decode(found.text), found);
}
