import type pg from 'pg';
import { z } from 'zod';

/** What the customers of a merge, or of an undo, changed: the tables settleCustomers works from. */
export const CHANGE_TABLES = `
  CREATE TEMP TABLE changed_contacts (customer_id text) ON COMMIT DROP;
  CREATE TEMP TABLE noted_values (kind text, value_hash bytea) ON COMMIT DROP;
  CREATE TEMP TABLE changed_values (
    kind text, value_hash bytea, customers integer, shared boolean, flipped boolean, junk boolean, masked text,
    PRIMARY KEY (kind, value_hash)
  ) ON COMMIT DROP;`;

/**
 * One row for each staged id of whom anything was said. A customer's own record outdoes what orders say, of these
 * the latest counts, whenever they come. Of a customer whom the source has deleted no contact is kept. A consent holds
 * since when its source says, else since it was first heard of.
 */
const COMBINE = `
  CREATE TEMP TABLE incoming_contacts ON COMMIT DROP AS
  WITH files AS (
    SELECT DISTINCT ON (customer_id) * FROM staged_customers ORDER BY customer_id, line
  ), emails AS (
    SELECT DISTINCT ON (customer_id) customer_id, email_hash, ordered_at FROM staged_contacts
    WHERE email_hash IS NOT NULL ORDER BY customer_id, ordered_at DESC, email_hash
  ), phones AS (
    SELECT DISTINCT ON (customer_id) customer_id, phone_hash, ordered_at FROM staged_contacts
    WHERE phone_hash IS NOT NULL ORDER BY customer_id, ordered_at DESC, phone_hash
  )
  SELECT r.source_id, r.customer_id, r.unified_customer_id, r.is_new_alias,
         CASE WHEN NOT coalesce(f.deleted, false) THEN coalesce(f.email_hash, e.email_hash) END AS email_hash,
         CASE WHEN f.deleted OR f.email_hash IS NOT NULL THEN 'infinity' ELSE e.ordered_at END AS email_at,
         CASE WHEN NOT coalesce(f.deleted, false) THEN coalesce(f.phone_hash, p.phone_hash) END AS phone_hash,
         CASE WHEN f.deleted OR f.phone_hash IS NOT NULL THEN 'infinity' ELSE p.ordered_at END AS phone_at,
         CASE WHEN f.deleted THEN false ELSE f.marketing_consent END AS marketing_consent,
         least(CASE WHEN NOT f.deleted THEN f.marketing_consent_at END, now()) AS told_consent_at,
         NOT f.deleted AND f.marketing_consent_at IS NOT NULL AS says_when
  FROM customer_refs r
  LEFT JOIN files f ON f.customer_id = r.source_id
  LEFT JOIN emails e ON e.customer_id = r.source_id
  LEFT JOIN phones p ON p.customer_id = r.source_id`;

const FIND_NEWER = `
  CREATE TEMP TABLE newer_contacts ON COMMIT DROP AS
  SELECT i.source_id, i.customer_id, a.email_hash AS old_email, a.phone_hash AS old_phone,
         CASE WHEN email THEN i.email_hash ELSE a.email_hash END AS email_hash,
         CASE WHEN email THEN i.email_at ELSE a.email_at END AS email_at,
         CASE WHEN phone THEN i.phone_hash ELSE a.phone_hash END AS phone_hash,
         CASE WHEN phone THEN i.phone_at ELSE a.phone_at END AS phone_at,
         coalesce(i.marketing_consent, a.marketing_consent) AS marketing_consent,
         CASE WHEN consent THEN i.told_consent_at ELSE a.marketing_consent_at END AS marketing_consent_at, consent
  FROM incoming_contacts i
  JOIN customer_alias a ON a.source = $1 AND a.source_id = i.source_id
  CROSS JOIN LATERAL (SELECT
    coalesce((i.email_at, coalesce(i.email_hash, '')) > (coalesce(a.email_at, '-infinity'), coalesce(a.email_hash, ''))
             OR (i.email_at = 'infinity' AND (a.email_hash, a.email_at) IS DISTINCT FROM (i.email_hash, i.email_at)), false) AS email,
    coalesce((i.phone_at, coalesce(i.phone_hash, '')) > (coalesce(a.phone_at, '-infinity'), coalesce(a.phone_hash, ''))
             OR (i.phone_at = 'infinity' AND (a.phone_hash, a.phone_at) IS DISTINCT FROM (i.phone_hash, i.phone_at)), false) AS phone,
    i.marketing_consent IS NOT NULL AND (i.marketing_consent IS DISTINCT FROM a.marketing_consent
      OR (i.says_when AND i.told_consent_at IS DISTINCT FROM a.marketing_consent_at)) AS consent) AS newer
  WHERE NOT i.is_new_alias AND (email OR phone OR consent)`;

const UPDATE_ALIASES = `
  UPDATE customer_alias a
  SET email_hash = n.email_hash, email_at = n.email_at, phone_hash = n.phone_hash, phone_at = n.phone_at,
      marketing_consent = n.marketing_consent, marketing_consent_at = n.marketing_consent_at
  FROM newer_contacts n
  WHERE a.source = $1 AND a.source_id = n.source_id`;

const ADD_ALIASES = `
  INSERT INTO customer_alias (source, source_id, unified_customer_id, merged_from, email_hash, email_at, phone_hash, phone_at,
                              marketing_consent, marketing_consent_at)
  SELECT $1, source_id, unified_customer_id, nullif(customer_id, unified_customer_id), email_hash, email_at, phone_hash, phone_at,
         marketing_consent, CASE WHEN marketing_consent IS NOT NULL THEN told_consent_at END
  FROM incoming_contacts WHERE is_new_alias`;

const NOTE_CUSTOMERS = `
  INSERT INTO changed_contacts
  SELECT customer_id FROM newer_contacts
  WHERE (old_email, old_phone) IS DISTINCT FROM (email_hash, phone_hash)
  UNION
  SELECT customer_id FROM incoming_contacts WHERE is_new_alias AND coalesce(email_hash, phone_hash) IS NOT NULL`;

const NOTE_VALUES = `
  INSERT INTO noted_values
  SELECT kind, value_hash FROM (
    SELECT 'email' AS kind, email_hash AS value_hash FROM incoming_contacts WHERE is_new_alias
    UNION ALL SELECT 'phone', phone_hash FROM incoming_contacts WHERE is_new_alias
    UNION ALL SELECT 'email', v FROM newer_contacts, unnest(ARRAY[old_email, email_hash]) AS v
      WHERE old_email IS DISTINCT FROM email_hash
    UNION ALL SELECT 'phone', v FROM newer_contacts, unnest(ARRAY[old_phone, phone_hash]) AS v
      WHERE old_phone IS DISTINCT FROM phone_hash
  ) t WHERE value_hash IS NOT NULL`;

/** Customers of whom something is known otherwise, but for those of whom mergeCustomers says so. */
const COUNT_CHANGED = `
  SELECT count(DISTINCT customer_id)::integer AS changed FROM newer_contacts
  WHERE (consent OR (old_email, old_phone) IS DISTINCT FROM (email_hash, phone_hash))
    AND customer_id NOT IN (SELECT customer_id FROM updated_customers)`;

/**
 * Writes the contacts and consents of the staged customers to their aliases, and notes what has changed.
 * Needs customer_refs and updated_customers.
 * @returns customers of whom nothing else has changed
 */
export async function mergeContacts(client: pg.ClientBase, source: string): Promise<number> {
  await client.query(CHANGE_TABLES);
  await client.query(COMBINE);
  await client.query('ANALYZE incoming_contacts');
  await client.query(FIND_NEWER, [source]);
  await client.query(UPDATE_ALIASES, [source]);
  await client.query(ADD_ALIASES, [source]);
  await client.query(NOTE_CUSTOMERS);
  await client.query(NOTE_VALUES);
  await client.query('ANALYZE changed_contacts, noted_values');
  const { rows } = await client.query(COUNT_CHANGED);
  return z.object({ changed: z.int() }).parse(rows[0]).changed;
}
