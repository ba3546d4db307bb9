import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runBatchProgram } from '../../local/testing/batchProgram.ts';
import { startTestClouds, type TestClouds } from '../../local/testing/clouds.ts';
import { createCustomerKeyer } from '../../shared/identity/customerKey.ts';
import { partKey } from '../../shared/snapshot/manifest.ts';
import { findRecord, openRecordTable } from '../../shared/snapshot/recordTable.ts';
import { readersView } from '../testing/readersView.ts';

/** Buys mattresses like everybody, and is called cust-erased by the shop and gid-erased by its storefront. */
const ID = 'cust-erased';
const GID = 'gid-erased';

let clouds: TestClouds;
let client: pg.Client;
let folder: string;
let number: number;
beforeAll(async () => {
  clouds = await startTestClouds();
  client = new pg.Client({ connectionString: clouds.databaseUrl });
  await client.connect();
  folder = await mkdtemp(join(tmpdir(), 'erase-test-'));
  await writeFile(join(folder, 'orders.csv'), orders());
  await succeed('ingest', '--orders', join(folder, 'orders.csv'), '--rejects', join(folder, 'rejects.csv'));
  await client.query(
    `INSERT INTO customer_alias (source, source_id, unified_customer_id) VALUES ('shopify', $2, $1)`,
    [ID, GID],
  );
  await client.query(
    `INSERT INTO events (unified_customer_id, event_type, happened_at) VALUES ($1, 'view', now())`,
    [ID],
  );
  await succeed('run');
  await succeed('run');
  const found = await client.query('SELECT customer_number FROM customers WHERE unified_customer_id = $1', [
    ID,
  ]);
  number = found.rows[0].customer_number;
}, 240_000);
afterAll(async () => {
  await client.end();
  await clouds.stop();
  await rm(folder, { recursive: true, force: true });
});

function orders(): string {
  const lines = ['order_id,ordered_at,customer_id,customer_name,province,city,product_id,quantity,price'];
  for (let order = 0; order < 200; order++) {
    const who = order % 20 === 0 ? ID : `c${order % 37}`;
    const day = String(1 + (order % 28)).padStart(2, '0');
    for (const product of [order % 12, (order * 5) % 12])
      lines.push(
        `o${order},2026-0${1 + (order % 6)}-${day},${who},Name of ${who},Punjab,Lahore,p${product},1,10`,
      );
  }
  // A row that is rejected and names the person.
  lines.push(`o999,never,${ID},Name of ${ID},Punjab,Lahore,p1,1,10`);
  return `${lines.join('\n')}\n`;
}

const batch = (...args: string[]) => runBatchProgram(clouds.environment, args, folder);
async function succeed(...args: string[]): Promise<string> {
  const { code, said } = await batch(...args);
  expect(code, said).toBe(0);
  return said;
}

/** Every row of every table that names the person, as table names. */
async function tablesThatNameThem(): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')`,
  );
  const found: string[] = [];
  for (const { relname } of rows) {
    const hit = await client.query(`SELECT 1 FROM ${relname} AS t WHERE t::text ~ '${ID}|${GID}' LIMIT 1`);
    if (hit.rowCount !== 0) found.push(relname);
  }
  const results = await client.query('SELECT 1 FROM snapshot_users WHERE customer_number = $1', [number]);
  return results.rowCount === 0 ? found : [...found, 'snapshot_users'];
}

/** Parts in KV that hold their record or one of their aliases. */
function partsThatHoldThem(): string[] {
  const keyOf = createCustomerKeyer(clouds.environment['ID_HASH_KEY'] ?? '');
  const keys = [ID, `shopify\u0000${GID}`, `\u0000${GID}`, `file\u0000${ID}`].map(keyOf);
  return [...clouds.kv.values]
    .filter(([name]) => name.startsWith(partKey('')))
    .flatMap(([name, bytes]) => {
      try {
        const table = openRecordTable(new Uint8Array(bytes));
        return keys.some((key) => findRecord(table, key) !== null) ? [name] : [];
      } catch {
        return [];
      }
    });
}

async function objectsThatNameThem(): Promise<string[]> {
  const { environment } = clouds;
  const s3 = new S3Client({
    region: 'eu-central-1',
    endpoint: environment['AWS_ENDPOINT_URL_S3'] ?? '',
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const bucket = { Bucket: environment['S3_BUCKET'] ?? '' };
  const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command(bucket));
  const found: string[] = [];
  for (const { Key } of objects) {
    const { Body } = await s3.send(new GetObjectCommand({ ...bucket, Key }));
    const text = (await Body?.transformToString()) ?? '';
    if (new RegExp(`^${number},|"${number}"`, 'm').test(text)) found.push(Key ?? '');
  }
  return found;
}

test('a person who is erased is nowhere, and stays away after sync, run and rollback', async () => {
  const held = JSON.parse((await batch('subject', '--customer', GID, '--source', 'shopify')).out);
  expect(held.orders).toHaveLength(10);
  expect(held.recommendations).toHaveLength(2);
  expect(await tablesThatNameThem()).not.toEqual([]);
  expect(partsThatHoldThem()).not.toEqual([]);
  expect(await objectsThatNameThem()).not.toEqual([]);
  const { rows: before } = await client.query('SELECT count(*)::int AS n FROM order_items');

  const said = await succeed(
    'erase',
    '--customer',
    GID,
    '--source',
    'shopify',
    '--rejects',
    join(folder, 'rejects.csv'),
  );
  expect(said).toContain('10 orders made anonymous');
  expect(said).toContain('is complete');
  const nowhere = async () => {
    expect(await tablesThatNameThem()).toEqual([]);
    expect(partsThatHoldThem()).toEqual([]);
    expect(await objectsThatNameThem()).toEqual([]);
    expect(readersView(clouds.kv.values)).not.toBeNull();
  };
  await nowhere();
  expect(await readFile(join(folder, 'rejects.csv'), 'utf8')).not.toContain(ID);
  expect((await client.query('SELECT count(*)::int AS n FROM order_items')).rows).toEqual(before);
  expect((await batch('subject', '--customer', ID)).said).toContain('erased_customer');

  await succeed('rollback');
  await nowhere();
  expect(
    await succeed('ingest', '--orders', join(folder, 'orders.csv'), '--rejects', join(folder, 'r.csv')),
  ).toContain('1');
  await rm(join(folder, 'r.csv'));
  await nowhere();
  await succeed('run');
  await nowhere();
  await succeed('rebuild-kv');
  await nowhere();

  expect(await succeed('erase', '--customer', ID)).toContain('nothing was left');
  expect((await batch('erase', '--customer', 'nobody')).said).toContain('unknown_customer');
}, 240_000);
