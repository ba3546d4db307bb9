import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeLock } from '../processes/lock.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { type Home, openHome } from './home.ts';
import { ask, prepareShop, requireIdleClouds } from './prepareShop.ts';
import { planShop, readShopState, type Shop, type ShopState, writeShopState } from './shop.ts';

const realModules = fileURLToPath(new URL('../../node_modules', import.meta.url));

let folder: string;
let home: Home;
let database: TestDatabase;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prepare-shop-'));
  home = await openHome(join(folder, 'home'));
  database = await createTestDatabase();
  await symlink(realModules, join(folder, 'node_modules'));
  // Stands in for the batch: notes each call; `ingest` fails while there is a file "broken".
  await mkdir(join(folder, 'batch'));
  await writeFile(
    join(folder, 'batch/main.ts'),
    `import { appendFileSync, existsSync } from 'node:fs';
     appendFileSync('calls', process.argv[2] + ' ');
     process.exit(process.argv[2] === 'ingest' && existsSync('broken') ? 1 : 0);`,
  );
});

afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const files = (sha256: string): Shop => ({
  kind: 'files',
  orders: { path: '/orders.csv', sha256 },
  products: null,
  customers: null,
  mapping: null,
});

/** One start, as far as the shop is concerned. */
async function start(shop: Shop): Promise<void> {
  const neverAsked = new Promise<never>(() => undefined);
  const shutdown = {
    requested: neverAsked,
    stopping: false,
    add: () => () => undefined,
    run: async () => {},
  };
  await prepareShop({
    home,
    plan: planShop(shop, await readShopState(home)),
    programs: { projectRoot: folder, shutdown, terminal: {} },
    variables: {},
    databaseUrl: database.url,
    kvBaseUrl: 'http://127.0.0.1:9',
    defaultsPath: home.path('defaults.json'),
    log: () => undefined,
  });
}

test('a changed file whose load failed is loaded by the next start', async () => {
  await ask(
    database.url,
    "INSERT INTO orders (order_id, source, ordered_at, content_hash) VALUES ('1', 'test', now(), '\\x00')",
  );
  const before: ShopState = { shop: files('a'), loaded: true, served: true };
  await writeShopState(home, before);
  await appendFile(join(folder, 'broken'), '');
  await expect(start(files('b'))).rejects.toThrow('ingest');
  expect(await readShopState(home)).toEqual({ ...before, served: false });

  await rm(join(folder, 'broken'));
  await start(files('b'));
  expect(await readFile(join(folder, 'calls'), 'utf8')).toBe('ingest ingest run defaults ');
  expect(await readShopState(home)).toEqual({ shop: files('b'), loaded: true, served: true });
});

test('a shop is not replaced while one of its clouds runs by itself', async () => {
  const lock = await takeLock(home.path('personalize', 'lock'), 'Personalize');
  await expect(requireIdleClouds(home)).rejects.toMatchObject({ code: 'in-use' });
  await lock.release();
  await requireIdleClouds(home);
});
