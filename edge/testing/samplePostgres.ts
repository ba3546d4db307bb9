import pg from 'pg';
import { keyToBigInt } from '../../shared/snapshot/key64.ts';
import { CUSTOMER_ALIASES, DOCUMENTS, PLACES, PRODUCT_ALIASES, PRODUCTS } from './sampleShop.ts';
import type { KeyedRecord, SampleSnapshot } from './sampleSnapshot.ts';

/** Writes snapshots and the products into a migrated database as load and publish would. */
export async function fillPostgres(
  databaseUrl: string,
  snapshots: readonly SampleSnapshot[],
  live: number,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await insertProducts(client);
    await insertAliases(client);
    await insertRecentOrder(client);
    for (const snapshot of snapshots) await insertSnapshot(client, snapshot);
    await client.query('UPDATE live_pointer SET live_snapshot_id = $1', [live]);
  } finally {
    await client.end();
  }
}

async function insertProducts(client: pg.Client): Promise<void> {
  for (const { item, card, recommendable } of PRODUCTS) {
    await client.query(
      `INSERT INTO products (item_number, product_id, product_name, url, handle, default_variant_id, price,
         currency, category_path, available, recommendable)
       OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        ...[item, card.product_id, card.product_name, card.url, card.handle, card.variant_id, card.price],
        ...[card.currency, card.category_path, card.available, recommendable],
      ],
    );
  }
}

async function insertAliases(client: pg.Client): Promise<void> {
  for (const { source, id, customer } of CUSTOMER_ALIASES) {
    if (source === null) continue;
    await client.query('INSERT INTO customer_alias VALUES ($1, $2, $3)', [source, id, customer]);
  }
  for (const { source, id, item } of PRODUCT_ALIASES) {
    if (source === null) continue;
    await client.query(`INSERT INTO product_alias VALUES ($1, $2, '', $3)`, [source, id, `P-${item}`]);
  }
}

/** Ayesha bought 11 after the snapshots were made; an order before them and one sent back do not count. */
async function insertRecentOrder(client: pg.Client): Promise<void> {
  const orders = [
    ['new', '2026-03-05T00:00:00Z', 'completed', 11],
    ['old', '2026-02-01T00:00:00Z', 'completed', 13],
    ['returned', '2026-03-06T00:00:00Z', 'returned', 13],
  ];
  for (const [id, at, status, item] of orders) {
    await client.query(
      `WITH made AS (
         INSERT INTO orders (order_id, source, unified_customer_id, ordered_at, status, content_hash)
         VALUES ($1, 'test', 'ayesha', $2, $3, '') RETURNING order_number
       ) INSERT INTO order_items SELECT order_number, 1, $4::int, 1, 1 FROM made`,
      [id, at, status, item],
    );
  }
}

async function insertSnapshot(client: pg.Client, { manifest, records }: SampleSnapshot): Promise<void> {
  const id = manifest.snapshot_id;
  await client.query(
    `INSERT INTO snapshots (snapshot_id, run_id, state, engine, layout, manifest) OVERRIDING SYSTEM VALUE
     VALUES ($1, $2, 'published', 'embedded', $3, $4)`,
    [id, manifest.run_id, manifest.layout, manifest],
  );
  for (const table of ['snapshot_users', 'snapshot_lists']) {
    await client.query(`CREATE TABLE ${table}_${id} PARTITION OF ${table} FOR VALUES IN (${id})`);
  }
  for (const [i, { key, record }] of records.users.entries()) {
    await client.query('INSERT INTO snapshot_users VALUES ($1, $2, $3, $4)', [
      id,
      keyToBigInt(key),
      i + 1,
      record,
    ]);
  }
  const lists: [string, readonly KeyedRecord[]][] = [
    ['similar', records.similar],
    ['pairs', records.pairs],
    ['popular', records.popular],
  ];
  for (const [kind, rows] of lists) {
    for (const { key, record } of rows) {
      await client.query('INSERT INTO snapshot_lists VALUES ($1, $2, $3, $4)', [
        id,
        kind,
        keyToBigInt(key),
        record,
      ]);
    }
  }
  for (const [name, document] of Object.entries({ places: PLACES, ...DOCUMENTS })) {
    await client.query('INSERT INTO snapshot_documents VALUES ($1, $2, $3)', [
      ...[id, name, JSON.stringify(document)],
    ]);
  }
}
