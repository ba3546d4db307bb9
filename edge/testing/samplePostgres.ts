import pg from 'pg';
import { keyToBigInt } from '../../shared/snapshot/key64.ts';
import { DOCUMENTS, PLACES, PRODUCTS } from './sampleShop.ts';
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
