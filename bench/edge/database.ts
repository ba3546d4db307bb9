import type pg from 'pg';
import { migrateDatabase } from '../../batch/db/migrate.ts';
import { attachPartition, createPartition, PARTITIONED, partitionName } from '../../batch/load/partition.ts';
import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { encodeItemList } from '../../shared/snapshot/itemList.ts';
import { type Key64, keyOfNumber, keyOfText, keyToBigInt } from '../../shared/snapshot/key64.ts';
import type { Manifest } from '../../shared/snapshot/manifest.ts';
import { encodeUserRecord } from '../../shared/snapshot/userRecord.ts';
import { connected } from '../results.ts';
import { type EdgeShop, userIdOf } from './shop.ts';
import { ID_HASH_KEY, popularNames, SNAPSHOT_ID } from './snapshot.ts';

const CHUNK = 5_000;

/** Fills an empty database with the same records that KV holds. */
export async function fillDatabase(
  databaseUrl: string,
  { shop, manifest }: { shop: EdgeShop; manifest: Manifest },
): Promise<void> {
  await migrateDatabase(databaseUrl);
  await connected(databaseUrl, async (client) => {
    await insertProducts(client, shop);
    await insertSnapshot(client, shop, manifest);
    await client.query('ANALYZE');
  });
}

async function insertProducts(client: pg.Client, shop: EdgeShop): Promise<void> {
  const rows = Array.from({ length: shop.items }, (_, i) => {
    const { item, card } = shop.card(i + 1);
    return { item_number: item, default_variant_id: card.variant_id, ...card };
  });
  await client.query(
    `INSERT INTO products (item_number, product_id, product_name, url, handle, default_variant_id, price, currency,
       category_path, image_url, available)
     OVERRIDING SYSTEM VALUE
     SELECT item_number, product_id, product_name, url, handle, default_variant_id, price, currency,
       ARRAY(SELECT jsonb_array_elements_text(category_path)), image_url, available
     FROM jsonb_to_recordset($1::jsonb) AS p (item_number integer, product_id text, product_name text, url text,
       handle text, default_variant_id text, price numeric, currency text, category_path jsonb, image_url text,
       available boolean)`,
    [JSON.stringify(rows)],
  );
}

async function insertSnapshot(client: pg.Client, shop: EdgeShop, manifest: Manifest): Promise<void> {
  const { layout, users, items } = shop;
  await client.query(
    `INSERT INTO snapshots (snapshot_id, run_id, state, engine, layout, manifest) OVERRIDING SYSTEM VALUE
     VALUES ($1, $2, 'published', 'embedded', $3, $4)`,
    [SNAPSHOT_ID, manifest.run_id, manifest.layout, manifest],
  );
  for (const table of PARTITIONED) await createPartition(client, table, SNAPSHOT_ID);
  const keyer = createCustomerKeyer(ID_HASH_KEY);
  await insertRecords(client, users, {
    sql: `INSERT INTO ${partitionName('snapshot_users', SNAPSHOT_ID)} SELECT $1, k, n, r FROM unnest($2::bigint[], $3::int[], $4::bytea[]) AS t (k, n, r)`,
    first: [SNAPSHOT_ID],
    rowOf: (i) => ({ key: keyer(userIdOf(i)), record: encodeUserRecord(shop.user(i), layout) }),
  });
  const names = popularNames(shop);
  const lists = {
    similar: [items, (i: number) => ({ key: keyOfNumber(i + 1), list: shop.similar(i + 1) })],
    pairs: [items, (i: number) => ({ key: keyOfNumber(i + 1), list: shop.pairs(i + 1) })],
    popular: [
      names.length,
      (i: number) => ({ key: keyOfText(names[i] as string), list: shop.popular(names[i] as string) }),
    ],
  } as const;
  for (const kind of ['similar', 'pairs', 'popular'] as const) {
    const [count, listOf] = lists[kind];
    await insertRecords(client, count, {
      sql: `INSERT INTO ${partitionName('snapshot_lists', SNAPSHOT_ID)} SELECT $1, '${kind}', k, r FROM unnest($2::bigint[], $3::int[], $4::bytea[]) AS t (k, n, r)`,
      first: [SNAPSHOT_ID],
      rowOf(i) {
        const { key, list } = listOf(i);
        return { key, record: encodeItemList(list, layout[kind], layout.item_width) };
      },
    });
  }
  for (const table of PARTITIONED) await attachPartition(client, table, SNAPSHOT_ID);
  await client.query(
    `INSERT INTO snapshot_documents VALUES ($1, 'places', $2), ($1, 'analytics_pairs', '[]')`,
    [SNAPSHOT_ID, JSON.stringify(shop.places)],
  );
  await client.query('UPDATE live_pointer SET live_snapshot_id = $1', [SNAPSHOT_ID]);
}

interface Insert {
  readonly sql: string;
  readonly first: readonly unknown[];
  rowOf(i: number): { readonly key: Key64; readonly record: Uint8Array };
}

async function insertRecords(client: pg.Client, count: number, { sql, first, rowOf }: Insert): Promise<void> {
  for (let from = 0; from < count; from += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, count - from) }, (_, i) => rowOf(from + i));
    await client.query(sql, [
      ...first,
      rows.map(({ key }) => String(keyToBigInt(key))),
      rows.map((_, i) => from + i + 1),
      rows.map(({ record }) => Buffer.from(record)),
    ]);
  }
}
