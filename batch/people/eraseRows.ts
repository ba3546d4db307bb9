import type { ClientBase, Pool } from 'pg';
import { z } from 'zod';
import { aliasText } from '../../shared/identity/alias.ts';
import type { CustomerKeyer } from '../../shared/identity/customerKey.ts';
import { keyToBigInt } from '../../shared/snapshot/key64.ts';
import { inTransaction } from '../db/pool.ts';
import { INGEST_LOCK } from '../ingest/ingestTransaction.ts';
import type { ErasedIdHasher } from './erasedIds.ts';
import { findPerson, type Person, type PersonName } from './findPerson.ts';
import { removeRows } from './removeRows.ts';

/** An erasure that is under way or done. */
const Erasure = z.object({
  erasure_id: z.coerce.number(),
  requested_at: z.date(),
  /** Null once all is done, as are the keys. */
  customer_numbers: z.array(z.int()).nullable(),
  /** Keys in KV: of the record, and of what other systems call the customer. */
  kv_keys: z.array(z.coerce.bigint()).nullable(),
  completed_at: z.date().nullable(),
});
export type Erasure = z.infer<typeof Erasure>;

const COLUMNS = 'erasure_id, requested_at, customer_numbers, kv_keys, completed_at';

interface Tools {
  readonly keyOf: CustomerKeyer;
  readonly hashOf: ErasedIdHasher;
}

export interface ErasedRows {
  readonly erasure: Erasure;
  /** Rows by table; all 0 when an earlier attempt removed them. */
  readonly removed: Readonly<Record<string, number>>;
}

/**
 * Takes a customer out of Postgres in one transaction and leaves keyed hashes of their ids and contacts behind, so that
 * no sync brings them back. Their orders stay as anonymous sales: what was sold together, and how much of it.
 * Waits for a sync that is at work. Call it with the lease held.
 * @returns null when nobody is known, nor was erased, by that id
 */
export async function eraseRows(pool: Pool, name: PersonName, tools: Tools): Promise<ErasedRows | null> {
  return inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [INGEST_LOCK]);
    const person = await findPerson(client, name);
    const begun = await findErasure(client, name, tools.hashOf);
    if (person === null) return begun === null ? null : { erasure: begun, removed: {} };
    const erasure = await recordErasure(client, person, tools);
    return { erasure, removed: await removeRows(client, person) };
  });
}

/** Once the aliases are gone, an id given without its system may be of any of them. */
const SYSTEMS = 'SELECT source FROM sync_state UNION SELECT source FROM customer_alias';

/** The erasure of the person who had, or was recognised under, an id; the latest. */
export async function findErasure(
  client: ClientBase,
  { id, source }: PersonName,
  hashOf: ErasedIdHasher,
): Promise<Erasure | null> {
  const systems = z.array(z.object({ source: z.string() })).parse((await client.query(SYSTEMS)).rows);
  const possible = source === null ? [null, ...systems.map((row) => row.source)] : [source];
  const { rows } = await client.query(
    `SELECT ${COLUMNS} FROM erasures
     WHERE erasure_id IN (SELECT erasure_id FROM erased_ids WHERE id_hash = ANY($1))
     ORDER BY completed_at DESC NULLS FIRST LIMIT 1`,
    [possible.map((of) => hashOf(of, id))],
  );
  return rows.length === 0 ? null : Erasure.parse(rows[0]);
}

/** The person's e-mails and phones, unless others have them as well: a dummy, or one that was found not to be theirs. */
const KEEP_CONTACTS = `
  INSERT INTO erased_contacts (value_hash, erasure_id)
  SELECT DISTINCT h.value_hash, $2::bigint
  FROM customer_alias a
  CROSS JOIN LATERAL (VALUES ('email', a.email_hash), ('phone', a.phone_hash)) AS h (kind, value_hash)
  WHERE a.unified_customer_id = ANY($1) AND h.value_hash IS NOT NULL
    AND NOT EXISTS (SELECT FROM shared_contacts s WHERE s.kind = h.kind AND s.value_hash = h.value_hash)
    AND NOT EXISTS (SELECT FROM customer_alias o
      WHERE (o.email_hash = h.value_hash OR o.phone_hash = h.value_hash) AND o.unified_customer_id <> ALL($1))
  ON CONFLICT (value_hash) DO UPDATE SET erasure_id = excluded.erasure_id`;

async function recordErasure(
  client: ClientBase,
  { members, aliases }: Person,
  { keyOf, hashOf }: Tools,
): Promise<Erasure> {
  const own = members.map(({ unified_customer_id: id }) => id);
  const names = [
    ...own.flatMap((id) => [id, aliasText(null, id)]),
    ...aliases.flatMap(({ source, source_id }) => [aliasText(source, source_id), aliasText(null, source_id)]),
  ];
  const keys = names.map((text) => keyToBigInt(keyOf(text)).toString());
  const numbers = members.map(({ customer_number: number }) => number);
  const { rows } = await client.query(
    `INSERT INTO erasures (customer_numbers, kv_keys) VALUES ($1, $2) RETURNING ${COLUMNS}`,
    [numbers, [...new Set(keys)]],
  );
  const erasure = Erasure.parse(rows[0]);
  const hashes = [
    ...own.map((id) => hashOf(null, id)),
    ...aliases.map(({ source, source_id }) => hashOf(source, source_id)),
  ];
  await client.query(
    `INSERT INTO erased_ids (id_hash, erasure_id) SELECT DISTINCT hash, $2::bigint FROM unnest($1::bytea[]) AS hash
     ON CONFLICT (id_hash) DO UPDATE SET erasure_id = excluded.erasure_id, by_contact = NULL`,
    [hashes, erasure.erasure_id],
  );
  await client.query(KEEP_CONTACTS, [own, erasure.erasure_id]);
  return erasure;
}

/** Ends an erasure: nothing that leads to the person stays but the hashes. */
export async function completeErasure(pool: Pool, erasureId: number, report: unknown): Promise<void> {
  await pool.query(
    `UPDATE erasures SET completed_at = clock_timestamp(), customer_numbers = NULL, kv_keys = NULL, report = $2
     WHERE erasure_id = $1`,
    [erasureId, JSON.stringify(report)],
  );
}
