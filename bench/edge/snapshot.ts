import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createKeyTable } from '../../batch/publish/keyTable.ts';
import { makePart, type Part } from '../../batch/publish/part.ts';
import {
  numberRanges,
  partsFor,
  type Ranges,
  sharedRanges,
  uniformRanges,
} from '../../batch/publish/ranges.ts';
import { tableParts } from '../../batch/publish/tableParts.ts';
import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { NO_RULES, RULES_KEY } from '../../shared/rules/rulesDocument.ts';
import { FORMAT_VERSION, framePart } from '../../shared/snapshot/frame.ts';
import { encodeItemList, type ItemList, itemListBytes } from '../../shared/snapshot/itemList.ts';
import { type Key64, keyOfNumber, keyOfText } from '../../shared/snapshot/key64.ts';
import { categoryNameList, cityList, provinceList } from '../../shared/snapshot/listKeys.ts';
import { type Manifest, manifestKey, POINTER_KEY, partFor } from '../../shared/snapshot/manifest.ts';
import { encodeUserRecord, userRecordBytes } from '../../shared/snapshot/userRecord.ts';
import { catalogueParts } from './catalogue.ts';
import { type EdgeShop, productIdOf, userIdOf } from './shop.ts';

export const ID_HASH_KEY = '5a'.repeat(32);
export const SNAPSHOT_ID = 1;
const USER_SHARD_BYTES = 120_000;
const WHOLE_BYTES = 4_000_000;
const ITEM_PART_BYTES = 1_000_000;
const GENERATED_AT = '2026-11-01T00:00:00.000Z';

export interface WrittenSnapshot {
  readonly manifest: Manifest;
  readonly bytes: number;
  /** Users by shard, a few of each, in the order of the shards. */
  readonly usersByShard: readonly (readonly number[])[];
}

type Tables = Record<keyof Manifest['tables'], Manifest['tables']['users']>;

/** Writes what KV would hold, one file a key, under `folder`; parts are cut as the publisher cuts them. */
export async function writeSnapshot(shop: EdgeShop, folder: string): Promise<WrittenSnapshot> {
  const tables: Tables = {
    ...{ users: [], similar: [], pairs: [], popular: [] },
    ...{ product_index: [], catalogue: [], customer_alias: [], shelves: [] },
  };
  const documents = new Map<string, Part['ref']>();
  let bytes = 0;
  await mkdir(join(folder, 'snapshot/part'), { recursive: true });
  for await (const part of allParts(shop)) {
    await writeFile(join(folder, part.ref.key), part.bytes);
    bytes += part.bytes.byteLength;
    if (part.of in tables) tables[part.of as keyof Tables].push(part.ref);
    else documents.set(part.of, part.ref);
  }
  const manifest = manifestOf(shop, tables, documents);
  await put(folder, manifestKey(SNAPSHOT_ID), manifest);
  await put(folder, RULES_KEY, NO_RULES);
  await put(folder, POINTER_KEY, {
    ...{ live: SNAPSHOT_ID, previous: null, generation: 1, published_at: GENERATED_AT },
  });
  return { manifest, bytes, usersByShard: usersByShard(shop, manifest) };
}

async function put(folder: string, key: string, value: unknown): Promise<void> {
  const path = join(folder, key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(value));
}

async function* allParts(shop: EdgeShop): AsyncGenerator<Part> {
  const { layout, users, items } = shop;
  yield documentPart('places', shop.places);
  yield documentPart('analytics_pairs', []);
  yield* catalogueParts(shop);
  yield* keyedParts('product_index', items, {
    recordBytes: 4,
    ranges: sharedRanges(items, 4),
    rowOf: (i) => ({ key: keyOfText(productIdOf(i + 1)), record: u32(i + 1) }),
  });
  yield* listParts(shop, 'similar', (item) => shop.similar(item));
  yield* listParts(shop, 'pairs', (item) => shop.pairs(item));
  const names = popularNames(shop);
  const popularBytes = itemListBytes(layout.popular, layout.item_width);
  yield* keyedParts('popular', names.length, {
    recordBytes: popularBytes,
    ranges: sharedRanges(names.length, popularBytes),
    rowOf(i) {
      const name = names[i] as string;
      return { key: keyOfText(name), record: recordOf(shop, 'popular', shop.popular(name)) };
    },
  });
  const keyer = createCustomerKeyer(ID_HASH_KEY);
  const recordBytes = userRecordBytes(layout);
  yield* keyedParts('users', users, {
    recordBytes,
    ranges: uniformRanges(partsFor(users, recordBytes, USER_SHARD_BYTES)),
    rowOf: (i) => ({ key: keyer(userIdOf(i)), record: encodeUserRecord(shop.user(i), layout) }),
  });
}

interface Rows {
  readonly recordBytes: number;
  readonly ranges: Ranges;
  rowOf(i: number): { readonly key: Key64; readonly record: Uint8Array };
}

function keyedParts(
  table: 'users' | 'popular' | 'product_index',
  count: number,
  { recordBytes, ranges, rowOf }: Rows,
): AsyncGenerator<Part> {
  const rows = createKeyTable(recordBytes);
  for (let i = 0; i < count; i += 1) {
    const { key, record } = rowOf(i);
    rows.add(key, record);
  }
  return tableParts(rows.rows(), { table, ranges, recordBytes });
}

function listParts(
  shop: EdgeShop,
  table: 'similar' | 'pairs',
  listOf: (item: number) => ItemList,
): AsyncGenerator<Part> {
  const recordBytes = itemListBytes(shop.layout[table], shop.layout.item_width);
  const whole = (shop.items + 1) * (recordBytes + 8) <= WHOLE_BYTES;
  const ranges = numberRanges(Math.floor((whole ? WHOLE_BYTES : ITEM_PART_BYTES) / (recordBytes + 8)));
  async function* rows() {
    for (let item = 1; item <= shop.items; item += 1)
      yield [{ key: keyOfNumber(item), record: recordOf(shop, table, listOf(item)) }];
  }
  return tableParts(rows(), { table, ranges, recordBytes });
}

function recordOf({ layout }: EdgeShop, table: 'similar' | 'pairs' | 'popular', list: ItemList): Uint8Array {
  return encodeItemList(list, layout[table], layout.item_width);
}

function documentPart(name: 'places' | 'analytics_pairs', value: unknown): Part {
  return makePart(name, framePart('document', new TextEncoder().encode(JSON.stringify(value))), [0, 0]);
}

export function popularNames(shop: EdgeShop): string[] {
  const categories = new Set<string>();
  for (let item = 1; item <= Math.min(shop.items, 4_182); item += 1)
    for (const name of shop.card(item).card.category_path) categories.add(categoryNameList(name));
  const places = shop.places.flatMap(([province, city]) => [
    ...(province === null ? [] : [provinceList(province)]),
    ...(city === null ? [] : [cityList(province, city), cityList(null, city)]),
  ]);
  return [...new Set(['overall', 'trending', ...categories, ...places])];
}

function u32(value: number): Uint8Array {
  const record = new Uint8Array(4);
  new DataView(record.buffer).setUint32(0, value, true);
  return record;
}

function manifestOf(shop: EdgeShop, tables: Tables, documents: ReadonlyMap<string, Part['ref']>): Manifest {
  const { shelves, customer_alias: _, ...always } = tables;
  const document = (name: string) => {
    const ref = documents.get(name);
    if (ref === undefined) throw new Error(`no document ${name}`);
    return ref;
  };
  return {
    format: FORMAT_VERSION,
    snapshot_id: SNAPSHOT_ID,
    run_id: 'bench',
    generated_at: GENERATED_AT,
    data_until: GENERATED_AT,
    engine: 'embedded',
    score_kind: 'probability',
    layout: shop.layout,
    counts: { users: shop.users, products: shop.items },
    tables: { ...always, ...(shelves.length > 0 ? { shelves } : {}) },
    documents: { places: document('places'), analytics_pairs: document('analytics_pairs') },
    id_sources: [],
  };
}

const A_SHARD = 12;

function usersByShard({ users }: EdgeShop, manifest: Manifest): number[][] {
  const keyer = createCustomerKeyer(ID_HASH_KEY);
  const places = new Map(manifest.tables.users.map(({ key }, at) => [key, at]));
  const shards: number[][] = manifest.tables.users.map(() => []);
  for (let user = 0; user < Math.min(users, 40_000); user += 1) {
    const part = partFor(manifest.tables.users, keyer(userIdOf(user)));
    const shard = shards[places.get(part?.key ?? '') ?? -1];
    if (shard !== undefined && shard.length < A_SHARD) shard.push(user);
  }
  return shards;
}
