import type { ClientBase } from 'pg';
import { z } from 'zod';
import { BatchError, EXIT } from '../errors.ts';

/**
 * What the ids of a source mean beside those of others. Customers are its own unless it uses another's ids: two
 * registers that both count from 1 know different people. Products are the shop's unless it keeps a range of its own.
 */
export interface IdSharing {
  /** The source whose customer ids are this one's too. */
  readonly customersOf: string | null;
  readonly ownProducts: boolean;
}

/** The sources among whom an id of the asked one means the same. */
export interface IdPeers {
  /** Other sources. */
  readonly customers: readonly string[];
  /** Null: every source but those with products of their own, `apart`; else that one alone. */
  readonly products: readonly string[] | null;
  readonly apart: readonly string[];
}

/** Ids of a source that another source has too. */
export interface IdClashes {
  /** New customers and products that are others than the other source's. */
  readonly customers: number;
  readonly products: number;
  /** Products that are taken for the other source's. */
  readonly joined: number;
}

/** What a source's ids mean: as it was loaded, or as its settings say now. */
const StoredIds = z.object({ customer_ids_of: z.string(), own_products: z.boolean() });
type StoredIds = z.infer<typeof StoredIds>;

/** A source that was never written down has customers of its own and the shop's products. */
const STORED = `
  SELECT coalesce(s.customer_ids_of, $1) AS customer_ids_of, coalesce(s.own_products, false) AS own_products
  FROM (SELECT) AS one LEFT JOIN source_ids s ON s.source = $1`;

/** Whoever uses the ids of a source that uses those of a third uses the third's. */
const OWNER = `
  SELECT coalesce((SELECT customer_ids_of FROM source_ids WHERE source = $2), $2, $1) AS customer_ids_of`;

const LOADED = `
  SELECT EXISTS (SELECT FROM customer_alias WHERE source = $1) AS customers,
         EXISTS (SELECT FROM product_alias WHERE source = $1) AS products`;
const Loaded = z.object({ customers: z.boolean(), products: z.boolean() });

const RECORD = `
  INSERT INTO source_ids (source, customer_ids_of, own_products) VALUES ($1, $2, $3)
  ON CONFLICT (source) DO UPDATE SET customer_ids_of = excluded.customer_ids_of, own_products = excluded.own_products`;

/** What was recorded of a source; as IdSharing has it. */
export async function readIdSharing(client: ClientBase, source: string): Promise<IdSharing> {
  const { customer_ids_of: owner, own_products: ownProducts } = await readStored(client, source);
  return { customersOf: owner === source ? null : owner, ownProducts };
}

async function readStored(client: ClientBase, source: string): Promise<StoredIds> {
  return StoredIds.parse((await client.query(STORED, [source])).rows[0]);
}

/**
 * Writes down whose ids a source uses, before anything of it is loaded.
 * @throws BatchError ids_loaded_otherwise: what is loaded was told apart, or joined, by another rule, and would stay so:
 * one person two, or two one
 */
export async function recordIdSharing(
  client: ClientBase,
  source: string,
  { customersOf, ownProducts }: IdSharing,
): Promise<void> {
  const before = await readStored(client, source);
  const { rows } = await client.query(OWNER, [source, customersOf === source ? null : customersOf]);
  const after = StoredIds.parse({ ...rows[0], own_products: ownProducts });
  const loaded = Loaded.parse((await client.query(LOADED, [source])).rows[0]);
  const isOther =
    (loaded.customers && before.customer_ids_of !== after.customer_ids_of) ||
    (loaded.products && before.own_products !== after.own_products);
  if (isOther) throw loadedOtherwise(source, before, after);
  if (before.customer_ids_of === after.customer_ids_of && before.own_products === after.own_products) return;
  await client.query(RECORD, [source, after.customer_ids_of, after.own_products]);
}

function loadedOtherwise(source: string, before: StoredIds, after: StoredIds): BatchError {
  const settings = ({ customer_ids_of: owner, own_products }: StoredIds) =>
    `same_customer_ids_as ${owner === source ? 'none' : `"${owner}"`}, own_product_ids ${own_products}`;
  return new BatchError({
    code: 'ids_loaded_otherwise',
    message: `${source} was loaded with ${settings(before)}; now it is to be ${settings(after)}. What is loaded would stay as it is: one customer or product as two, or two as one.`,
    remedy: `Set it back, or load ${source} anew: batch unload --source ${source} shows what that takes out.`,
    final: true,
    exitCode: EXIT.usage,
  });
}

const PEERS = `
  WITH o AS (SELECT coalesce((SELECT customer_ids_of FROM source_ids WHERE source = $1), $1) AS owner)
  SELECT ARRAY(SELECT source FROM (
           SELECT owner AS source FROM o UNION SELECT s.source FROM source_ids s JOIN o ON s.customer_ids_of = o.owner
         ) t WHERE source <> $1) AS customers,
         ARRAY(SELECT source FROM source_ids WHERE own_products) AS apart`;

const Peers = z.object({ customers: z.array(z.string()), apart: z.array(z.string()) });

export async function readIdPeers(client: ClientBase, source: string): Promise<IdPeers> {
  const { customers, apart } = Peers.parse((await client.query(PEERS, [source])).rows[0]);
  return { customers, products: apart.includes(source) ? [source] : null, apart };
}

/**
 * SQL: the first free name for an id that its source uses for something new; bare where nobody has it, as is nearly
 * always so.
 * @param taken a query that finds whoever has a name, given as SQL
 */
export function freeName(source: string, id: string, taken: (name: string) => string): string {
  return `CASE WHEN NOT EXISTS (${taken(id)}) THEN ${id} ELSE (
    SELECT name FROM (VALUES (1, ${source} || ':' || ${id}), (2, ${source} || '::' || ${id})) AS n (rank, name)
    WHERE NOT EXISTS (${taken('name')}) ORDER BY rank LIMIT 1) END`;
}
