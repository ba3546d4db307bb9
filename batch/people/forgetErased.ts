import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { IdentityRules } from '../identity/identityRules.ts';
import { STAGED_CONTACTS } from '../identity/sharedContacts.ts';
import { findPerson, type Person } from './findPerson.ts';
import { removeRows } from './removeRows.ts';

/** Erased people who were known again by an e-mail or phone, under ids that nobody knew to be theirs. */
export interface Forgotten {
  /** Ids, each counted when it is first recognised. */
  readonly byContact: number;
  /** Contacts of erased people that too many have: they tell nobody any more. */
  readonly released: number;
}

interface Forgetting {
  readonly source: string;
  /** Other sources with the same customer ids. */
  readonly peers: readonly string[];
  readonly identity: Pick<IdentityRules, 'erasedIds' | 'sharedLimit'>;
}

/** Ids of erased people → the contact by which they were recognised; null: theirs when they were erased. */
type ErasedIds = Map<string, string | null>;

/** A staged id with a contact that was an erased person's alone. */
const Carrier = z.object({
  customer_id: z.string(),
  contact: z.string(),
  erasure_id: z.string(),
  /** A dummy by now, or held by too many. */
  unfit: z.boolean(),
  /** The source whose customer the id is already; null: nobody's. */
  known_at: z.string().nullable(),
});
type Carrier = z.infer<typeof Carrier>;

/**
 * Makes what was staged of erased people anonymous before it is merged: their orders become guest orders without a
 * place, what is said of them is dropped. They are known by their ids, and by the contacts that were theirs alone.
 * Costs nothing while nobody was erased, else one pass over the staged ids.
 */
export async function forgetErased(client: ClientBase, forgetting: Forgetting): Promise<Forgotten> {
  const erased = await readErasedIds(client);
  if (erased.size === 0) return { byContact: 0, released: 0 };
  const { source, peers, identity } = forgetting;
  const sources = [source, ...peers];
  const hashOf = (of: string, id: string) => identity.erasedIds(of, id).toString('hex');
  const isErased = (id: string) => sources.some((of) => erased.has(hashOf(of, id)));
  const { rows } = await client.query(CARRIERS, [sources]);
  const carriers = rows.map((row) => Carrier.parse(row));
  const released = await releaseShared(client, { carriers, erased, isErased, limit: identity.sharedLimit });
  let byContact = 0;
  for (const carrier of carriers) {
    if (released.has(carrier.contact) || isErased(carrier.customer_id)) continue;
    const hashes = await recognise(client, carrier, { source, hashOf });
    for (const hash of hashes) erased.set(hash, carrier.contact);
    if (hashes.length > 0) byContact++;
  }
  await makeAnonymous(client, isErased);
  return { byContact, released: released.size };
}

const IdRow = z.object({ id: z.string(), contact: z.string().nullable() });

async function readErasedIds(client: ClientBase): Promise<ErasedIds> {
  const { rows } = await client.query(
    `SELECT encode(id_hash, 'hex') AS id, encode(by_contact, 'hex') AS contact FROM erased_ids`,
  );
  return new Map(
    z
      .array(IdRow)
      .parse(rows)
      .map(({ id, contact }) => [id, contact]),
  );
}

/** E-mail before phone: which of two contacts an id is known by does not depend on the order of rows. */
const CARRIERS = `
  SELECT t.customer_id, encode(t.value_hash, 'hex') AS contact, e.erasure_id,
         bool_or(t.junk) OR EXISTS (SELECT FROM shared_contacts s WHERE s.kind = t.kind AND s.value_hash = t.value_hash) AS unfit,
         (SELECT min(a.source) FROM customer_alias a
          WHERE a.source = ANY ($1) AND a.source_id = t.customer_id) AS known_at
  FROM ${STAGED_CONTACTS} t JOIN erased_contacts e USING (value_hash)
  GROUP BY t.customer_id, t.kind, t.value_hash, e.erasure_id
  ORDER BY t.customer_id COLLATE "C", t.kind, t.value_hash`;

interface Judging {
  readonly carriers: readonly Carrier[];
  readonly erased: ErasedIds;
  readonly isErased: (id: string) => boolean;
  /** Ids that one person may have. */
  readonly limit: number;
}

/**
 * A contact that turns out to be a dummy, or everybody's, tells nobody: whoever was taken for an erased person by it
 * is a customer from the next time they are told of.
 * @returns contacts that are released
 */
async function releaseShared(
  client: ClientBase,
  { carriers, erased, isErased, limit }: Judging,
): Promise<ReadonlySet<string>> {
  const held = new Map<string, number>();
  for (const { contact, customer_id } of carriers)
    if (!isErased(customer_id)) held.set(contact, (held.get(contact) ?? 0) + 1);
  for (const contact of erased.values())
    if (contact !== null && held.has(contact)) held.set(contact, (held.get(contact) ?? 0) + 1);
  const released = new Set(carriers.filter((one) => one.unfit).map(({ contact }) => contact));
  for (const [contact, ids] of held) if (ids > limit) released.add(contact);
  if (released.size === 0) return released;
  for (const [id, contact] of erased) if (contact !== null && released.has(contact)) erased.delete(id);
  const contacts = [...released].map((hash) => Buffer.from(hash, 'hex'));
  await client.query('DELETE FROM erased_ids WHERE by_contact = ANY ($1)', [contacts]);
  await client.query('DELETE FROM erased_contacts WHERE value_hash = ANY ($1)', [contacts]);
  return released;
}

interface Naming {
  readonly source: string;
  readonly hashOf: (source: string, id: string) => string;
}

/** Notes that an id is an erased person's. @returns the hashes noted; none when the id stays a customer's */
async function recognise(
  client: ClientBase,
  { customer_id, contact, erasure_id, known_at }: Carrier,
  { source, hashOf }: Naming,
): Promise<readonly string[]> {
  const hashes = [hashOf(source, customer_id)];
  if (known_at !== null) {
    const person = await findPerson(client, { id: customer_id, source: known_at });
    if (person === null || !(await isUnseen(client, person, erasure_id))) return [];
    for (const alias of person.aliases) hashes.push(hashOf(alias.source, alias.source_id));
    await removeRows(client, person);
  }
  await client.query(
    `INSERT INTO erased_ids (id_hash, erasure_id, by_contact)
     SELECT DISTINCT decode(hash, 'hex'), $2::bigint, decode($3, 'hex') FROM unnest($1::text[]) AS hash
     ON CONFLICT DO NOTHING`,
    [hashes, erasure_id, contact],
  );
  return hashes;
}

const IS_UNSEEN = `
  SELECT bool_and(a.created_at > e.requested_at AND NOT EXISTS (
    SELECT FROM batch_job_metadata r WHERE r.kind = 'run' AND coalesce(r.finished_at, 'infinity') >= a.created_at)) AS unseen
  FROM customer_alias a JOIN erasures e ON e.erasure_id = $2
  WHERE a.unified_customer_id = $1`;

/**
 * Whether all that is known of a person came after the erasure and no run has begun or ended since, so that it is in
 * Postgres only: as when a page names a new id and the next one the contact. Others are for people to judge
 * (batch doctor): an address may have been given to somebody else.
 */
async function isUnseen(client: ClientBase, person: Person, erasureId: string): Promise<boolean> {
  const { rows } = await client.query(IS_UNSEEN, [person.unified_customer_id, erasureId]);
  return z.object({ unseen: z.boolean().nullable() }).parse(rows[0]).unseen === true;
}

async function makeAnonymous(client: ClientBase, isErased: (id: string) => boolean): Promise<void> {
  const { rows } = await client.query(`
    SELECT customer_id FROM staged_orders WHERE customer_id IS NOT NULL
    UNION SELECT customer_id FROM staged_customers UNION SELECT customer_id FROM staged_contacts`);
  const ids = z
    .array(z.object({ customer_id: z.string() }))
    .parse(rows)
    .map(({ customer_id }) => customer_id)
    .filter(isErased);
  if (ids.length === 0) return;
  await client.query(
    'UPDATE staged_orders SET customer_id = NULL, province = NULL, city = NULL WHERE customer_id = ANY($1)',
    [ids],
  );
  for (const table of ['staged_customers', 'staged_contacts'])
    await client.query(`DELETE FROM ${table} WHERE customer_id = ANY($1)`, [ids]);
}
