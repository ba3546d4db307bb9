import { mkdir, rm } from 'node:fs/promises';
import pg from 'pg';
import { z } from 'zod';
import { takeLock } from '../processes/lock.ts';
import type { Home } from './home.ts';
import { type Programs, runProgram } from './program.ts';
import {
  readShopState,
  type Shop,
  type ShopPlan,
  type ShopState,
  stateBeforeLoad,
  writeShopState,
} from './shop.ts';
import type { Variables } from './variables.ts';

const BATCH = 'batch/main.ts';

const cloudFolders = ['s3', 'personalize', 'worker'];

/**
 * Makes sure that no `npm run local` works in the folders that removeShop removes.
 * @throws {LocalError} in-use, naming the folder and the process.
 */
export async function requireIdleClouds(home: Home): Promise<void> {
  for (const name of cloudFolders) {
    const lock = await takeLock(home.path(name, 'lock'), home.path(name));
    await lock.release();
  }
}

/**
 * Removes a sample shop that another shop replaces, before the clouds that hold it start: its orders,
 * objects, models and answers. The secrets and ports of the folder stay.
 */
export async function removeShop(home: Home): Promise<void> {
  for (const name of ['shop.json', ...cloudFolders, 'sample', 'defaults.json']) {
    await rm(home.path(name), { recursive: true, force: true });
  }
  for (const name of cloudFolders) await mkdir(home.path(name), { mode: 0o700 });
}

/** Empties the database by making it anew. */
export async function recreateDatabase(databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  const name = pg.escapeIdentifier(url.pathname.slice(1));
  url.pathname = '/postgres';
  await ask(url.href, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await ask(url.href, `CREATE DATABASE ${name}`);
}

export interface Preparation {
  readonly home: Home;
  readonly programs: Programs;
  readonly plan: ShopPlan;
  readonly variables: Variables;
  readonly databaseUrl: string;
  readonly kvBaseUrl: string;
  /** Bundled by the Worker as soon as it is written. */
  readonly defaultsPath: string;
  readonly log: (line: string) => void;
}

/**
 * Brings the shop to the point where it is served, doing only what is missing: orders into PostgreSQL,
 * one batch, the defaults. How far it came is noted after each, so an interrupted start goes on.
 */
export async function prepareShop(preparation: Preparation): Promise<void> {
  const { home, plan, log, databaseUrl } = preparation;
  const held = await contentsOf(databaseUrl);
  const noted = await readShopState(home);
  const isLoaded = plan.action === 'keep' && held.orders;
  const isServed = isLoaded && held.live && (noted?.served ?? false);
  const note = (progress: Omit<ShopState, 'shop'>): Promise<void> =>
    writeShopState(home, { shop: plan.shop, ...progress });
  const batch = (...args: string[]): Promise<void> =>
    runProgram(preparation.programs, { script: BATCH, args, variables: preparation.variables });
  if (!isLoaded) {
    await writeShopState(home, stateBeforeLoad(plan.shop, noted, held.orders));
    await batch('ingest', ...(await orderFlags(preparation)));
    await note({ loaded: true, served: false });
  }
  if (!isServed) {
    await batch('run');
    await batch('defaults', '--out', preparation.defaultsPath);
    await note({ loaded: true, served: true });
  } else if (await isEmptyKv(preparation.kvBaseUrl)) {
    log('The Worker has no snapshot: publishing the live one again.');
    await batch('publish');
  }
}

/** Makes the sample shop's files unless they are there, and names the files to load. */
async function orderFlags({ home, plan, programs, log }: Preparation): Promise<string[]> {
  const notes = ['--rejects', home.path('rejects.csv'), '--suspects', home.path('not-recommendable.csv')];
  const files = plan.shop.kind === 'files' ? plan.shop : await makeSample(plan.shop);
  return [
    ...flag('--orders', files.orders),
    ...flag('--products', files.products),
    ...flag('--customers', files.customers),
    ...flag('--mapping', files.mapping),
    ...notes,
  ];

  async function makeSample(shop: Extract<Shop, { kind: 'sample' }>) {
    const folder = home.path('sample');
    log(`Making a sample shop of ${shop.users} customers and ${shop.items} products.`);
    await runProgram(programs, {
      script: 'local/sample-shop/main.ts',
      args: [
        '--out',
        folder,
        '--users',
        `${shop.users}`,
        '--items',
        `${shop.items}`,
        '--seed',
        `${shop.seed}`,
      ],
      variables: {},
    });
    const file = (name: string): { path: string } => ({ path: `${folder}/${name}.csv.gz` });
    return {
      orders: file('orders'),
      products: file('products'),
      customers: file('customers'),
      mapping: null,
    };
  }
}

function flag(name: string, file: { readonly path: string } | null): string[] {
  return file === null ? [] : [name, file.path];
}

const Contents = z.object({ orders: z.boolean(), live: z.boolean() });

async function contentsOf(databaseUrl: string): Promise<z.infer<typeof Contents>> {
  const [row] = await ask(
    databaseUrl,
    `SELECT EXISTS (SELECT FROM orders) AS orders,
            EXISTS (SELECT FROM live_pointer WHERE live_snapshot_id IS NOT NULL) AS live`,
  );
  return Contents.parse(row);
}

async function isEmptyKv(kvBaseUrl: string): Promise<boolean> {
  const answer = await fetch(`${kvBaseUrl}/values/${encodeURIComponent('snapshot/pointer')}`);
  await answer.body?.cancel();
  return answer.status === 404;
}

/** Runs one statement on a connection of its own. */
export async function ask(databaseUrl: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
