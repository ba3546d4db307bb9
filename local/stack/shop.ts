import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { LocalError } from '../errors.ts';
import type { Home } from './home.ts';
import type { OrderFiles, StartOptions } from './options.ts';

const FileMark = z.object({ path: z.string(), sha256: z.string() });

const Shop = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sample'), users: z.int(), items: z.int(), seed: z.int() }),
  z.object({
    kind: z.literal('files'),
    orders: FileMark,
    products: FileMark.nullable(),
    customers: FileMark.nullable(),
    mapping: FileMark.nullable(),
  }),
]);
/** Whose orders a folder holds, exactly enough to notice a change. */
export type Shop = z.infer<typeof Shop>;

const ShopState = z.object({ shop: Shop, loaded: z.boolean(), served: z.boolean() });
/** How far the shop has come: loaded into PostgreSQL, and through a whole batch. */
export type ShopState = z.infer<typeof ShopState>;

const SAMPLE_USERS = 2_000;

export async function readShopState(home: Home): Promise<ShopState | null> {
  try {
    return ShopState.parse(JSON.parse(await readFile(home.path('shop.json'), 'utf8')));
  } catch {
    return null;
  }
}

export async function writeShopState(home: Home, state: ShopState): Promise<void> {
  await writeFile(home.path('shop.json.part'), `${JSON.stringify(state, null, 2)}\n`);
  await rename(home.path('shop.json.part'), home.path('shop.json'));
}

/**
 * The shop that the flags ask for; null when they ask for none.
 * @throws {LocalError} bad-option, naming a file that cannot be read.
 */
export async function shopOf(options: StartOptions): Promise<Shop | null> {
  if (options.files !== null) return shopOfFiles(options.files);
  return options.users === null ? null : sampleShop(options.users);
}

/** More customers buy from a wider range, as in the shop the generator is calibrated to. */
export function sampleShop(users = SAMPLE_USERS): Shop {
  return { kind: 'sample', users, items: Math.max(20, Math.round(400 * (users / 2_000) ** 0.522)), seed: 1 };
}

async function shopOfFiles(files: OrderFiles): Promise<Shop> {
  return {
    kind: 'files',
    orders: await markOf(files.orders),
    products: files.products === null ? null : await markOf(files.products),
    customers: files.customers === null ? null : await markOf(files.customers),
    mapping: files.mapping === null ? null : await markOf(files.mapping),
  };
}

async function markOf(path: string): Promise<z.infer<typeof FileMark>> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new LocalError('bad-option', `${path} cannot be read (${reason}).`, 'Check the path.', cause);
  }
  return { path, sha256: hash.digest('hex') };
}

/** What a start does about its shop. */
export interface ShopPlan {
  readonly shop: Shop;
  /** keep: serve what is there; load: read the orders (again); replace: after removing another sample shop. */
  readonly action: 'keep' | 'load' | 'replace';
}

/**
 * Compares what is asked for with what the folder holds. A sample shop gives way, since it can be made
 * again; a shop's own orders are never removed, and never mixed with those of other files.
 * @throws {LocalError} in-use, when the folder holds somebody's own orders and others are asked for.
 */
export function planShop(asked: Shop | null, state: ShopState | null): ShopPlan {
  if (state === null) return { shop: asked ?? sampleShop(), action: 'load' };
  const held = state.shop;
  if (asked === null || isSame(asked, held)) return { shop: held, action: state.loaded ? 'keep' : 'load' };
  if (held.kind === 'sample' || !state.loaded) return { shop: asked, action: 'replace' };
  if (asked.kind === 'files' && asked.orders.path === held.orders.path)
    return { shop: asked, action: 'load' };
  throw new LocalError(
    'in-use',
    `This folder holds the shop of ${held.orders.path}.`,
    [
      'Keep the other one in a folder of its own:  npm start -- --data OTHER_FOLDER …',
      'or add its orders to this shop, while it runs:  npm run batch -- ingest --orders FILE && npm run batch -- run',
    ].join('\n'),
  );
}

/**
 * What is noted while the files of `shop` are read, so that a start after a failed or interrupted one
 * reads them again. Orders loaded before stay, under the mark they were loaded with; only the batch is
 * due. Orders that nobody noted (a batch run by hand) are never taken for ones that may be removed.
 */
export function stateBeforeLoad(shop: Shop, noted: ShopState | null, holdsOrders: boolean): ShopState {
  if (holdsOrders && noted?.loaded === true) return { ...noted, served: false };
  if (!holdsOrders || noted !== null || shop.kind === 'sample') return { shop, loaded: false, served: false };
  return { shop: { ...shop, orders: { ...shop.orders, sha256: '' } }, loaded: true, served: false };
}

function isSame(left: Shop, right: Shop): boolean {
  return JSON.stringify(Shop.parse(left)) === JSON.stringify(Shop.parse(right));
}
