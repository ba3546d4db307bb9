import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { TRAINABLE_LINES } from '../batch/db/trainable.ts';
import {
  attachPartition,
  createPartition,
  dropPartition,
  PARTITIONED,
  partitionName,
} from '../batch/load/partition.ts';
import type { KvStore } from '../batch/publish/kvStore.ts';
import { linesOf } from '../batch/storage/jsonLines.ts';
import { listObjects, type ObjectStore, readObject } from '../batch/storage/objectStore.ts';
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

/** What the load step reads, without making anything of it. */
const LOAD_READS = [
  'SELECT order_number, unified_customer_id, ordered_at, province, city FROM orders',
  'SELECT order_number, item_number FROM order_items',
  'SELECT customer_number, unified_customer_id, province, city FROM customers',
];

/** The rows and outputs that the load step reads: COPY TO of the rows, JSON.parse of each output line. */
export function loadInputFloor(databaseUrl: string, store: ObjectStore): Promise<number> {
  return connected(databaseUrl, (client) =>
    timed(async () => {
      for (const sql of LOAD_READS)
        await pipeline(client.query(copyTo(`COPY (${sql}) TO STDOUT WITH (FORMAT binary)`)), nowhere());
      for (const { key } of await listObjects(store, '')) {
        if (!key.endsWith('.out')) continue;
        for await (const line of linesOf(readObject(store, key))) JSON.parse(line);
      }
    }),
  );
}

/** Of no snapshot that the run has made. */
const SPARE_SNAPSHOT = 999_999;

export interface LoadFloor {
  /** COPY of the rows the load step left, into bare tables like its own. */
  readonly bare: number;
  /** The same rows into a snapshot's own partitions as the load step makes them: COPY, index, ANALYZE, attach, commit. */
  readonly whole: number;
}

/** Each in turn, so often: both take about a second, in which a disk may do other things. The median counts. */
const LOAD_ROUNDS = 5;

export function loadFloor(databaseUrl: string, folder: string): Promise<LoadFloor> {
  return connected(databaseUrl, async (client) => {
    await client.query('CREATE SCHEMA floor');
    const taken = { bare: 0, whole: 0 };
    for (const table of PARTITIONED) {
      const rounds = { bare: [] as number[], whole: [] as number[] };
      const file = join(folder, table);
      const { fields } = await client.query(`SELECT * FROM ${table} LIMIT 0`);
      const columns = fields.map(({ name }) =>
        name === 'snapshot_id' ? `${SPARE_SNAPSHOT} AS ${name}` : name,
      );
      const rows = `SELECT ${columns.join(', ')} FROM ${table}`;
      await pipeline(
        client.query(copyTo(`COPY (${rows}) TO STDOUT WITH (FORMAT binary)`)),
        createWriteStream(file),
      );
      const copyInto = (target: string, options = '') =>
        pipeline(
          createReadStream(file, { highWaterMark: 1 << 20 }),
          client.query(copyFrom(`COPY ${target} FROM STDIN WITH (FORMAT binary${options})`)),
        );
      for (let round = 0; round < LOAD_ROUNDS; round += 1) {
        await client.query(`CREATE TABLE floor.${table} (LIKE ${table})`);
        rounds.bare.push(await timed(() => copyInto(`floor.${table}`)));
        await client.query(`DROP TABLE floor.${table}`);
        const whole = await timed(async () => {
          await client.query('BEGIN');
          await createPartition(client, table, SPARE_SNAPSHOT);
          await copyInto(partitionName(table, SPARE_SNAPSHOT), ', FREEZE');
          await attachPartition(client, table, SPARE_SNAPSHOT);
          await client.query('COMMIT');
        });
        rounds.whole.push(whole);
        await dropPartition(client, table, SPARE_SNAPSHOT);
      }
      taken.bare += middleOf(rounds.bare);
      taken.whole += middleOf(rounds.whole);
    }
    await client.query('DROP SCHEMA floor CASCADE');
    return taken;
  });
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? 0;
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
