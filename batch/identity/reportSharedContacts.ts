import type pg from 'pg';
import { z } from 'zod';
import { CONTACT_KINDS } from './contactReader.ts';

const SharedContact = z.object({
  kind: z.enum(CONTACT_KINDS),
  reason: z.enum(['shared', 'junk']),
  /** Enough to recognise it by. */
  masked: z.string().nullable(),
  customers: z.int(),
  since: z.date(),
});

/** A contact of several customers that makes none of them one. */
export interface SharedContactReport extends z.infer<typeof SharedContact> {
  readonly remedy: string;
}

/** SQL: each contact that merges nobody, with how many customers have it. */
const HELD = `
  SELECT s.kind, s.reason, s.masked, s.since,
         count(DISTINCT coalesce(a.merged_from, a.unified_customer_id))::integer AS customers
  FROM customer_alias a
  CROSS JOIN LATERAL (VALUES ('email', a.email_hash), ('phone', a.phone_hash)) AS h (kind, value_hash)
  JOIN shared_contacts s ON s.kind = h.kind AND s.value_hash = h.value_hash
  GROUP BY s.kind, s.value_hash`;

/** Contacts that several customers have and that never merge them, the most common first. */
export async function listSharedContacts(
  pool: Pick<pg.ClientBase, 'query'>,
  limit = 50,
): Promise<SharedContactReport[]> {
  const { rows } = await pool.query(
    `SELECT * FROM (${HELD}) AS h WHERE customers > 1 ORDER BY customers DESC, masked LIMIT $1`,
    [limit],
  );
  return rows.map((row) => {
    const found = SharedContact.parse(row);
    return { ...found, remedy: remedyOf(found) };
  });
}

const SharedContactSum = SharedContact.pick({ kind: true, reason: true }).extend({
  contacts: z.int(),
  /** Customers who have one of them; one who has two counts twice. */
  customers: z.int(),
  /** Customers who have any contact of this kind. */
  holders: z.int(),
  /** The most common, masked, with its customers. */
  examples: z.array(z.object({ masked: z.string().nullable(), customers: z.int() })),
});
export interface SharedContactSum extends z.infer<typeof SharedContactSum> {
  readonly remedy: string;
}

/** What is shared by too many, and what is a dummy whoever has it, summed up. */
export async function sumSharedContacts(
  client: pg.ClientBase,
  mostExamples: number,
): Promise<SharedContactSum[]> {
  const { rows } = await client.query(
    `WITH held AS MATERIALIZED (
       SELECT *, row_number() OVER (PARTITION BY kind, reason ORDER BY customers DESC, masked) AS rank FROM (${HELD}) AS h
     ), holders AS MATERIALIZED (
       SELECT count(DISTINCT coalesce(merged_from, unified_customer_id)) FILTER (WHERE email_hash IS NOT NULL) AS email,
              count(DISTINCT coalesce(merged_from, unified_customer_id)) FILTER (WHERE phone_hash IS NOT NULL) AS phone
       FROM customer_alias
     )
     SELECT kind, reason, count(*)::integer AS contacts, sum(customers)::integer AS customers,
            (SELECT CASE kind WHEN 'email' THEN email ELSE phone END FROM holders)::integer AS holders,
            json_agg(json_build_object('masked', masked, 'customers', customers) ORDER BY rank) FILTER (WHERE rank <= $1) AS examples
     FROM held GROUP BY kind, reason ORDER BY kind DESC, reason DESC`,
    [mostExamples],
  );
  return rows.map((row) => {
    const sum = SharedContactSum.parse(row);
    return { ...sum, remedy: remedyOf(sum) };
  });
}

function remedyOf({ kind, reason }: Pick<z.infer<typeof SharedContact>, 'kind' | 'reason'>): string {
  const what = kind === 'email' ? 'e-mail address' : 'phone number';
  return reason === 'junk'
    ? `a dummy: have the till or shop ask for the customer's own ${what}, or leave it empty`
    : `if it is the shop's own or a dummy, add it to JUNK_CONTACTS; if one household has it, raise SHARED_CONTACT_LIMIT`;
}
