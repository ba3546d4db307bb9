import type { ClientBase } from 'pg';
import { z } from 'zod';

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

const RECORD = `
  INSERT INTO source_ids (source, customer_ids_of, own_products)
  SELECT $1, coalesce(o.customer_ids_of, $2, $1), $3
  FROM (SELECT) AS one LEFT JOIN source_ids o ON o.source = $2 AND $2 <> $1
  ON CONFLICT (source) DO UPDATE SET customer_ids_of = excluded.customer_ids_of, own_products = excluded.own_products
  WHERE (source_ids.customer_ids_of, source_ids.own_products) IS DISTINCT FROM (excluded.customer_ids_of, excluded.own_products)`;

/** Writes down whose ids a source uses: what it brings from now on is read so; what it has brought stays. */
export async function recordIdSharing(
  client: ClientBase,
  source: string,
  { customersOf, ownProducts }: IdSharing,
): Promise<void> {
  await client.query(RECORD, [source, customersOf, ownProducts]);
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
