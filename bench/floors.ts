import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { TRAINABLE_LINES } from '../batch/db/trainable.ts';
import type { KvStore } from '../batch/publish/kvStore.ts';
import type { ShopFiles } from '../local/sample-shop/writeShop.ts';
import { connected } from './results.ts';

/**
 * Floors: the least each step could take on this machine, measured in the same run by doing nothing
 * but moving the same rows or bytes. All in seconds.
 */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

const FILE_TABLES: Record<keyof ShopFiles, string> = {
  orders: `order_id text, ordered_at timestamptz, customer_id text, product_id text, quantity integer,
           unit_price numeric, status text, province text, city text`,
  products: `product_id text, product_name text, department text, category text, aisle text, price numeric,
             currency text, url text, handle text, image_url text, variant_id text, available boolean,
             created_at timestamptz`,
  customers: 'customer_id text, customer_name text, email text, phone text, province text, city text',
};

/** COPY of the same files into tables without keys or indexes. */
export function ingestFloor(databaseUrl: string, files: ShopFiles): Promise<number> {
  return connected(databaseUrl, async (client) => {
    await client.query('CREATE SCHEMA floor');
    const kinds = ['orders', 'products', 'customers'] as const;
    for (const kind of kinds) await client.query(`CREATE TABLE floor.${kind} (${FILE_TABLES[kind]})`);
    const taken = await timed(async () => {
      for (const kind of kinds) {
        const sink = client.query(copyFrom(`COPY floor.${kind} FROM STDIN WITH (FORMAT csv, HEADER)`));
        await pipeline(createReadStream(files[kind]), createGunzip(), sink);
      }
    });
    await client.query('DROP SCHEMA floor CASCADE');
    return taken;
  });
}

/** COPY TO of the trainable lines, thrown away: the export's largest file without the bucket. */
export function exportFloor(databaseUrl: string): Promise<number> {
  return connected(databaseUrl, (client) =>
    timed(() =>
      pipeline(client.query(copyTo(`COPY (${TRAINABLE_LINES}) TO STDOUT WITH (FORMAT csv)`)), nowhere()),
    ),
  );
}

const RESULT_TABLES = ['snapshot_users', 'snapshot_lists', 'snapshot_documents'] as const;

/** COPY of the bytes the load step left, into tables like its own but without keys. */
export function loadFloor(databaseUrl: string, folder: string): Promise<number> {
  return connected(databaseUrl, async (client) => {
    await client.query('CREATE SCHEMA floor');
    let taken = 0;
    for (const table of RESULT_TABLES) {
      const file = join(folder, table);
      const rows = client.query(copyTo(`COPY (SELECT * FROM ${table}) TO STDOUT WITH (FORMAT binary)`));
      await pipeline(rows, createWriteStream(file));
      await client.query(`CREATE TABLE floor.${table} (LIKE ${table})`);
      taken += await timed(() =>
        pipeline(
          createReadStream(file, { highWaterMark: 1 << 20 }),
          client.query(copyFrom(`COPY floor.${table} FROM STDIN WITH (FORMAT binary)`)),
        ),
      );
    }
    await client.query('DROP SCHEMA floor CASCADE');
    return taken;
  });
}

export interface KvContent {
  readonly keys: number;
  readonly bytes: number;
  /** Seconds to write the same values as files, each flushed to the disk. */
  readonly diskFloor: number;
  /** Seconds to write the same values to KV, four at a time, without making or checking them. */
  readonly kvFloor: number;
}

const AT_ONCE = 4;

/** Reads what the publish left in KV, and writes it again to the disk and to KV under other keys. */
export async function readKvContent(kv: KvStore, folder: string): Promise<KvContent> {
  const values: { key: string; value: Uint8Array }[] = [];
  for (const key of await kv.listKeys('')) {
    const value = await kv.get(key);
    if (value !== null) values.push({ key: `floor/${key}`, value });
  }
  await mkdir(folder, { recursive: true });
  const diskFloor = await timed(async () => {
    for (const [i, { value }] of values.entries()) {
      const file = await open(join(folder, String(i)), 'w');
      await file.writeFile(value);
      await file.sync();
      await file.close();
    }
  });
  const kvFloor = await timed(async () => {
    const waiting = values.values();
    const worker = async () => {
      for (const pair of waiting) await kv.putMany([pair]);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  });
  await kv.deleteMany(values.map(({ key }) => key));
  const bytes = values.reduce((sum, { value }) => sum + value.length, 0);
  return { keys: values.length, bytes, diskFloor, kvFloor };
}
