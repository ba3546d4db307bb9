import type pg from 'pg';
import { CONTACT_KINDS, type ContactKind } from './contactReader.ts';

/** SQL: every contact of the staged records. */
export const STAGED_CONTACTS = `(
  SELECT customer_id, 'email' AS kind, email_hash AS value_hash, email_mask AS masked, email_junk AS junk FROM staged_customers
  UNION ALL SELECT customer_id, 'phone', phone_hash, phone_mask, phone_junk FROM staged_customers
  UNION ALL SELECT customer_id, 'email', email_hash, email_mask, email_junk FROM staged_contacts
  UNION ALL SELECT customer_id, 'phone', phone_hash, phone_mask, phone_junk FROM staged_contacts)`;

/** A dummy that was none before, or is none any more because the shop's list was changed. */
const NOTE_FLIPPED_JUNK = `
  INSERT INTO changed_values (kind, value_hash)
  SELECT DISTINCT t.kind, t.value_hash
  FROM ${STAGED_CONTACTS} t LEFT JOIN shared_contacts s USING (kind, value_hash)
  WHERE t.value_hash IS NOT NULL AND t.junk <> (s.reason IS NOT DISTINCT FROM 'junk')
  ON CONFLICT DO NOTHING`;

/** Of the changed contacts those that matter: several have them, or they were known as shared. The others are many. */
const findCommon = (kind: ContactKind): string => `
  INSERT INTO changed_values (kind, value_hash, customers)
  SELECT '${kind}', a.${kind}_hash, count(DISTINCT coalesce(a.merged_from, a.unified_customer_id))::integer
  FROM customer_alias a
  WHERE a.${kind}_hash IN (
    SELECT value_hash FROM noted_values WHERE kind = '${kind}'
    UNION ALL SELECT value_hash FROM changed_values WHERE kind = '${kind}')
  GROUP BY a.${kind}_hash HAVING count(*) > 1
  ON CONFLICT (kind, value_hash) DO UPDATE SET customers = excluded.customers`;

const FIND_KNOWN = `
  INSERT INTO changed_values (kind, value_hash)
  SELECT DISTINCT kind, value_hash FROM noted_values JOIN shared_contacts USING (kind, value_hash)
  ON CONFLICT DO NOTHING`;

/** What each of them is now, and whether that is new. One that was not counted is held by one customer, or nobody. */
const JUDGE = `
  UPDATE changed_values v
  SET customers = coalesce(v.customers, 0), shared = k.shared, flipped = k.shared <> k.was_shared, junk = k.junk, masked = k.masked
  FROM (
    SELECT w.kind, w.value_hash, s.reason IS NOT NULL AS was_shared, t.masked, j.junk,
           j.junk OR coalesce(w.customers, 0) > $1::integer AS shared
    FROM changed_values w
    LEFT JOIN shared_contacts s USING (kind, value_hash)
    LEFT JOIN (
      SELECT kind, value_hash, min(u.masked) AS masked, bool_or(u.junk) AS junk
      FROM ${STAGED_CONTACTS} u JOIN changed_values USING (kind, value_hash) GROUP BY kind, value_hash
    ) t USING (kind, value_hash)
    CROSS JOIN LATERAL (SELECT coalesce(t.junk, s.reason = 'junk', false) AS junk) j
  ) k
  WHERE v.kind = k.kind AND v.value_hash = k.value_hash`;

const ADD = `
  INSERT INTO shared_contacts AS s (kind, value_hash, reason, masked)
  SELECT kind, value_hash, CASE WHEN junk THEN 'junk' ELSE 'shared' END, masked FROM changed_values WHERE shared
  ON CONFLICT (kind, value_hash) DO UPDATE SET reason = excluded.reason WHERE s.reason <> excluded.reason`;

const DROP = `
  DELETE FROM shared_contacts s USING changed_values v
  WHERE s.kind = v.kind AND s.value_hash = v.value_hash AND NOT v.shared`;

/**
 * Says of each changed contact whether it may still make two customers one: not a dummy, and held by no more than
 * `limit` customers. Needs what mergeContacts leaves behind.
 */
export async function judgeContacts(client: pg.ClientBase, limit: number): Promise<void> {
  await client.query(NOTE_FLIPPED_JUNK);
  await client.query(FIND_KNOWN);
  for (const kind of CONTACT_KINDS) await client.query(findCommon(kind));
  await client.query('ANALYZE changed_values');
  await client.query(JUDGE, [limit]);
  await client.query(ADD);
  await client.query(DROP);
}
