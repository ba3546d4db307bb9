import type { ClientBase, Pool } from 'pg';
import { z } from 'zod';
import { inTransaction } from '../db/pool.ts';
import { BatchError } from '../errors.ts';
import { readIdPeers } from '../identity/sourceIds.ts';
import { INGEST_LOCK } from '../ingest/ingestTransaction.ts';
import type { ErasedIdHasher } from './erasedIds.ts';
import { findPerson, type PersonName } from './findPerson.ts';

/** What was taken off the list of the erased. */
export interface Readmitted {
  readonly ids: number;
  readonly contacts: number;
}

const DROP_IDS = 'DELETE FROM erased_ids WHERE id_hash = ANY ($1)';
const ERASURES = 'SELECT DISTINCT erasure_id FROM erased_ids WHERE id_hash = ANY ($1)';
/** Of the erasures named, and those a customer bears who is taken for nobody erased. */
const DROP_CONTACTS = `
  DELETE FROM erased_contacts WHERE erasure_id = ANY ($1) OR value_hash IN (
    SELECT v FROM customer_alias a, unnest(ARRAY[a.email_hash, a.phone_hash]) AS v WHERE a.unified_customer_id = $2)`;

/**
 * Lets an erased person be a customer again under one id: the id comes off the list of the erased, and so do the
 * e-mails and phones of that erasure, which would give away the next id as well. Other ids stay erased.
 * @throws BatchError not_erased; ambiguous_customer when the id alone may be of several
 */
export async function readmit(pool: Pool, name: PersonName, hashOf: ErasedIdHasher): Promise<Readmitted> {
  return inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [INGEST_LOCK]);
    const hashes = (await sourcesOf(client, name.source)).map((source) => hashOf(source, name.id));
    const erasures = (await client.query(ERASURES, [hashes])).rows.map(
      (row) => Erasure.parse(row).erasure_id,
    );
    if (erasures.length > 1) throw severalErased();
    const person = erasures.length === 1 ? null : await findPerson(client, name);
    const { rowCount: ids } = await client.query(DROP_IDS, [hashes]);
    const { rowCount: contacts } = await client.query(DROP_CONTACTS, [
      erasures,
      person?.unified_customer_id ?? null,
    ]);
    if (!ids && !contacts) throw notErased();
    return { ids: ids ?? 0, contacts: contacts ?? 0 };
  });
}

const Erasure = z.object({ erasure_id: z.string() });
const SYSTEMS = 'SELECT source FROM sync_state UNION SELECT source FROM customer_alias';

/** Under whose name the id may have been written down; null: as the shop's own. */
async function sourcesOf(client: ClientBase, source: string | null): Promise<(string | null)[]> {
  if (source !== null) return [source, ...(await readIdPeers(client, source)).customers];
  const { rows } = await client.query(SYSTEMS);
  return [
    null,
    ...z
      .array(z.object({ source: z.string() }))
      .parse(rows)
      .map((row) => row.source),
  ];
}

function severalErased(): BatchError {
  return new BatchError({
    code: 'ambiguous_customer',
    message: 'this id stands for several erased people, of several systems',
    remedy: 'say whose id it is: --source NAME',
  });
}

function notErased(): BatchError {
  return new BatchError({
    code: 'not_erased',
    message: 'nobody is kept away by this id: it is not on the list of the erased',
    remedy:
      'check the id and its system (--source NAME); an id that is new is on the list after the sync that brought it',
  });
}
