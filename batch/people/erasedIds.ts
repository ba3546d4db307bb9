import { createHmac } from 'node:crypto';
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { aliasText } from '../../shared/identity/alias.ts';

/** Turns an id, as one system names it, into what is kept of it after an erasure. Null: the shop's own id. */
export type ErasedIdHasher = (source: string | null, id: string) => Buffer;

const HASH_BYTES = 16;

/**
 * The first 16 bytes of HMAC-SHA-256 under the shop's secret, apart from the keys that KV knows customers by.
 * A new ID_HASH_KEY forgets who was forgotten: docs/operations.md says what to do then.
 */
export function createErasedIdHasher(secretHex: string): ErasedIdHasher {
  const key = Buffer.from(secretHex, 'hex');
  return (source, id) =>
    createHmac('sha256', key)
      .update(`erased\u0000${aliasText(source, id)}`)
      .digest()
      .subarray(0, HASH_BYTES);
}

const HashRow = z.object({ id_hash: z.instanceof(Buffer) });
const IdRow = z.object({ customer_id: z.string() });

interface Forgetting {
  /** The source of what was staged, and those with the same customer ids. */
  readonly sources: readonly string[];
  readonly hashOf: ErasedIdHasher;
}

/**
 * Makes what was staged of erased people anonymous before it is merged: their orders become guest orders without a
 * place, what is said of them is dropped. Costs nothing while nobody was erased, else one pass over the staged ids.
 * @returns people of this input that were recognised
 */
export async function forgetErased(client: ClientBase, { sources, hashOf }: Forgetting): Promise<number> {
  const { rows } = await client.query('SELECT id_hash FROM erased_ids');
  if (rows.length === 0) return 0;
  const erased = new Set(
    z
      .array(HashRow)
      .parse(rows)
      .map(({ id_hash }) => id_hash.toString('hex')),
  );
  const staged = await client.query(`
    SELECT customer_id FROM staged_orders WHERE customer_id IS NOT NULL
    UNION SELECT customer_id FROM staged_customers UNION SELECT customer_id FROM staged_contacts`);
  const ids = z
    .array(IdRow)
    .parse(staged.rows)
    .map(({ customer_id }) => customer_id)
    .filter((id) => sources.some((of) => erased.has(hashOf(of, id).toString('hex'))));
  if (ids.length === 0) return 0;
  await client.query(
    'UPDATE staged_orders SET customer_id = NULL, province = NULL, city = NULL WHERE customer_id = ANY($1)',
    [ids],
  );
  for (const table of ['staged_customers', 'staged_contacts'])
    await client.query(`DELETE FROM ${table} WHERE customer_id = ANY($1)`, [ids]);
  return ids.length;
}
