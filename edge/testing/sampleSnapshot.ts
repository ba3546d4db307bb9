import { aliasText } from '../../shared/identity/alias.ts';
import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { NO_RULES, RULES_KEY } from '../../shared/rules/rulesDocument.ts';
import { encodeCatalogue } from '../../shared/snapshot/catalogue.ts';
import { FORMAT_VERSION, framePart } from '../../shared/snapshot/frame.ts';
import { encodeItemList, type ItemList, itemListBytes } from '../../shared/snapshot/itemList.ts';
import { compareKeys, type Key64, keyBytes, keyOfNumber, keyOfText } from '../../shared/snapshot/key64.ts';
import {
  type Manifest,
  manifestKey,
  type PartRef,
  POINTER_KEY,
  type Pointer,
  partKey,
} from '../../shared/snapshot/manifest.ts';
import { encodeRecordTable } from '../../shared/snapshot/recordTable.ts';
import { encodeUserRecord, userRecordBytes } from '../../shared/snapshot/userRecord.ts';
import {
  CUSTOMER_ALIASES,
  DOCUMENTS,
  LAYOUT,
  PAIRS,
  PLACES,
  POPULAR,
  PRODUCT_ALIASES,
  PRODUCTS,
  SIMILAR,
  TEST_KEY,
  USERS,
} from './sampleShop.ts';

export interface KeyedRecord {
  readonly key: Key64;
  readonly record: Uint8Array;
}

export interface SampleSnapshot {
  readonly manifest: Manifest;
  /** Everything KV holds of the snapshot but the pointer. */
  readonly values: ReadonlyMap<string, Uint8Array>;
  readonly records: Readonly<Record<'users' | 'similar' | 'pairs' | 'popular', readonly KeyedRecord[]>>;
}

const encoder = new TextEncoder();
const jsonBytes = (value: unknown) => encoder.encode(JSON.stringify(value));

/** The sample shop as the publisher would write it; user shards of one customer, a catalogue in two parts. */
export async function makeSnapshot(snapshotId: number, users = USERS): Promise<SampleSnapshot> {
  const keyer = createCustomerKeyer(TEST_KEY);
  const records = {
    users: sorted(
      Object.entries(users).map(([id, user]) => ({ key: keyer(id), record: encodeUserRecord(user, LAYOUT) })),
    ),
    similar: lists(SIMILAR, LAYOUT.similar, keyOfNumber),
    pairs: lists(PAIRS, LAYOUT.pairs, keyOfNumber),
    popular: lists(POPULAR, LAYOUT.popular, keyOfText),
  };
  const values = new Map<string, Uint8Array>();
  const put = async (part: Uint8Array, { high, low }: Key64): Promise<PartRef> => {
    const key = partKey(await contentHash(part));
    values.set(key, part);
    return { key, bytes: part.byteLength, from: [high, low] };
  };
  const table = (rows: readonly KeyedRecord[], bytes: number) =>
    put(
      encodeRecordTable(
        rows.map(({ key }) => key),
        rows.map(({ record }) => record),
        bytes,
      ),
      LOWEST,
    );
  const catalogue = PRODUCTS.map(({ item, card, recommendable }) => ({
    item,
    card,
    sellable: recommendable && card.available,
    recommendable,
  }));
  const manifest: Manifest = {
    format: FORMAT_VERSION,
    snapshot_id: snapshotId,
    run_id: `run-${snapshotId}`,
    generated_at: `2026-03-0${snapshotId}T00:00:00.000Z`,
    data_until: '2026-02-28T00:00:00.000Z',
    engine: 'embedded',
    score_kind: 'probability',
    layout: LAYOUT,
    id_sources: ['shopify', 'till'],
    counts: { users: records.users.length, products: PRODUCTS.length },
    tables: {
      users: await Promise.all(
        records.users.map(({ key, record }) =>
          put(encodeRecordTable([key], [record], userRecordBytes(LAYOUT)), key),
        ),
      ),
      similar: [await table(records.similar, itemListBytes(LAYOUT.similar, LAYOUT.item_width))],
      pairs: [await table(records.pairs, itemListBytes(LAYOUT.pairs, LAYOUT.item_width))],
      popular: [await table(records.popular, itemListBytes(LAYOUT.popular, LAYOUT.item_width))],
      product_index: [await table(productIndex(), 4)],
      customer_alias: [
        await table(
          sorted(
            CUSTOMER_ALIASES.map(({ source, id, customer }) => ({
              key: keyer(aliasText(source, id)),
              record: keyBytes(keyer(customer)),
            })),
          ),
          8,
        ),
      ],
      catalogue: [
        await put(encodeCatalogue(catalogue.slice(0, 10)), keyOfNumber(1)),
        await put(encodeCatalogue(catalogue.slice(10)), keyOfNumber(11)),
      ],
    },
    documents: {
      places: await put(framePart('document', jsonBytes(PLACES)), LOWEST),
      analytics_pairs: await put(framePart('document', jsonBytes(DOCUMENTS.analytics_pairs)), LOWEST),
      analytics_products: await put(framePart('document', jsonBytes(DOCUMENTS.analytics_products)), LOWEST),
      analytics_segments: await put(framePart('document', jsonBytes(DOCUMENTS.analytics_segments)), LOWEST),
      analytics_metrics: await put(framePart('document', jsonBytes(DOCUMENTS.analytics_metrics)), LOWEST),
    },
  };
  values.set(manifestKey(snapshotId), jsonBytes(manifest));
  values.set(RULES_KEY, jsonBytes(NO_RULES));
  return { manifest, values, records };
}

export function makePointer(live: number, previous: number | null): [string, Uint8Array] {
  const pointer: Pointer = { live, previous, generation: live, published_at: '2026-03-09T00:00:00.000Z' };
  return [POINTER_KEY, jsonBytes(pointer)];
}

const LOWEST: Key64 = { high: -(2 ** 31), low: 0 };

function lists<K>(of: ReadonlyMap<K, ItemList>, capacity: number, keyOf: (key: K) => Key64): KeyedRecord[] {
  return sorted(
    [...of].map(([key, list]) => ({
      key: keyOf(key),
      record: encodeItemList(list, capacity, LAYOUT.item_width),
    })),
  );
}

function productIndex(): KeyedRecord[] {
  const named = [
    ...PRODUCTS.map(({ item, card }) => ({ name: card.product_id, item })),
    ...PRODUCT_ALIASES.map(({ source, id, item }) => ({
      name: source === null ? id : aliasText(source, id),
      item,
    })),
  ];
  return sorted(
    named.map(({ name, item }) => {
      const record = new Uint8Array(4);
      new DataView(record.buffer).setUint32(0, item, true);
      return { key: keyOfText(name), record };
    }),
  );
}

function sorted(rows: KeyedRecord[]): KeyedRecord[] {
  return rows.sort((a, b) => compareKeys(a.key, b.key));
}

async function contentHash(part: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(part)));
  return Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
