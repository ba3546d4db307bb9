import type pg from 'pg';
import { z } from 'zod';
import { CONTACT_KINDS } from './contactReader.ts';
import { groupCustomers, type Merge } from './groupCustomers.ts';

export const MergeChanges = z.object({
  /** Reasons found, and ended, by which two customers are one. */
  made: z.int(),
  ended: z.int(),
});
export type MergeChanges = z.infer<typeof MergeChanges>;

/** The customer an alias names for itself, merged or not. */
const OWN = 'coalesce(a.merged_from, a.unified_customer_id)';

/** The aliases of each unsettled customer's own. */
const OWN_ALIASES = `
  unsettled_customers n
  JOIN customers k ON k.unified_customer_id = n.customer_id
  JOIN customer_alias a ON a.unified_customer_id = coalesce(k.merged_into, k.unified_customer_id) AND ${OWN} = n.customer_id`;

const GATHER = `
  CREATE TEMP TABLE unsettled_customers (customer_id text PRIMARY KEY, round integer NOT NULL) ON COMMIT DROP;
  CREATE TEMP TABLE settled_customers (
    customer_id text PRIMARY KEY, old_id text NOT NULL, new_id text NOT NULL
  ) ON COMMIT DROP;`;

/**
 * Who may be grouped otherwise now: whoever is in a group and lost or gained a contact, and holders of a changed
 * contact that several have. A dummy that stays one changes nothing, however many have it.
 */
const BEGIN = `
  INSERT INTO unsettled_customers
  SELECT DISTINCT customer_id, 0 FROM (
    SELECT c.customer_id FROM changed_contacts c
    WHERE EXISTS (SELECT FROM customers k WHERE k.unified_customer_id = c.customer_id AND k.merged_into IS NOT NULL)
       OR EXISTS (SELECT FROM customers k WHERE k.merged_into = c.customer_id)
    UNION ALL
    SELECT ${OWN} FROM customer_alias a JOIN changed_values v ON v.kind = 'email' AND a.email_hash = v.value_hash
    WHERE v.customers > 1 AND (v.flipped OR NOT v.shared)
    UNION ALL
    SELECT ${OWN} FROM customer_alias a JOIN changed_values v ON v.kind = 'phone' AND a.phone_hash = v.value_hash
    WHERE v.customers > 1 AND (v.flipped OR NOT v.shared)
  ) t
  ON CONFLICT DO NOTHING`;

/** Whoever shares a contact with one of the last round, or is grouped with one. */
const GROW = `
  INSERT INTO unsettled_customers
  SELECT DISTINCT customer_id, $1::integer FROM (
    WITH latest AS (SELECT a.* FROM ${OWN_ALIASES} WHERE n.round = $1 - 1)
    SELECT ${OWN} AS customer_id FROM latest n JOIN customer_alias a ON a.email_hash = n.email_hash
    WHERE NOT EXISTS (SELECT FROM shared_contacts s WHERE s.kind = 'email' AND s.value_hash = n.email_hash)
    UNION
    SELECT ${OWN} FROM latest n JOIN customer_alias a ON a.phone_hash = n.phone_hash
    WHERE NOT EXISTS (SELECT FROM shared_contacts s WHERE s.kind = 'phone' AND s.value_hash = n.phone_hash)
    UNION
    SELECT ${OWN} FROM latest n JOIN customer_alias a ON a.unified_customer_id = n.unified_customer_id
  ) t
  ON CONFLICT DO NOTHING`;

const HOLDINGS = `
  SELECT DISTINCT h.kind, encode(h.value_hash, 'hex') AS value, n.customer_id AS customer
  FROM ${OWN_ALIASES}
  CROSS JOIN LATERAL (VALUES ('email', a.email_hash), ('phone', a.phone_hash)) AS h (kind, value_hash)
  WHERE h.value_hash IS NOT NULL
    AND NOT EXISTS (SELECT FROM shared_contacts s WHERE s.kind = h.kind AND s.value_hash = h.value_hash)`;

/** The shortest, then first, of the ids that sources gave comes first: whichever of them is known by it here. */
const ORDER = `
  SELECT n.customer_id AS customer
  FROM ${OWN_ALIASES}
  ORDER BY length(a.source_id), a.source_id COLLATE "C", a.source COLLATE "C"`;

const BANS = `
  SELECT DISTINCT kind, from_id AS "from", into_id AS "into" FROM customer_merges
  JOIN unsettled_customers ON customer_id = from_id
  WHERE ended_why = 'undone'`;

/** Who is called otherwise from now on. */
const NAME = `
  INSERT INTO settled_customers
  SELECT c.unified_customer_id, coalesce(c.merged_into, c.unified_customer_id),
         coalesce(g.root, c.unified_customer_id)
  FROM unsettled_customers n
  JOIN customers c ON c.unified_customer_id = n.customer_id
  LEFT JOIN unnest($1::text[], $2::text[]) AS g (customer_id, root) ON g.customer_id = n.customer_id
  WHERE coalesce(c.merged_into, c.unified_customer_id) <> coalesce(g.root, c.unified_customer_id)`;

const MOVE_ORDERS = `
  UPDATE orders o SET unified_customer_id = s.new_id, updated_at = now()
  FROM settled_customers s
  JOIN customer_alias a ON a.unified_customer_id = s.old_id AND ${OWN} = s.customer_id
  WHERE o.unified_customer_id = s.old_id AND o.source = a.source AND o.source_customer_id = a.source_id
  RETURNING o.order_number`;

const MOVE_ALIASES = `
  UPDATE customer_alias a
  SET unified_customer_id = s.new_id, merged_from = nullif(s.customer_id, s.new_id)
  FROM settled_customers s
  WHERE a.unified_customer_id = s.old_id AND ${OWN} = s.customer_id`;

const MOVE_CUSTOMERS = `
  UPDATE customers c SET merged_into = nullif(s.new_id, s.customer_id), updated_at = now()
  FROM settled_customers s WHERE c.unified_customer_id = s.customer_id`;

const END_MERGES = `
  UPDATE customer_merges m
  SET ended_at = now(),
      ended_why = CASE WHEN EXISTS (SELECT FROM shared_contacts s WHERE s.kind = m.kind AND s.value_hash = m.value_hash)
                       THEN 'shared' ELSE 'changed' END
  WHERE m.ended_at IS NULL AND m.from_id IN (SELECT customer_id FROM unsettled_customers)
    AND NOT EXISTS (SELECT FROM found_merges f
      WHERE f.from_id = m.from_id AND f.into_id = m.into_id AND f.kind = m.kind AND f.value_hash = m.value_hash)`;

const FIND_MERGES = `
  CREATE TEMP TABLE found_merges ON COMMIT DROP AS
  SELECT kind, decode(value, 'hex') AS value_hash, from_id, into_id
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS m (kind, value, from_id, into_id)`;

const RECORD_MERGES = `
  INSERT INTO customer_merges (kind, value_hash, from_id, into_id)
  SELECT f.kind, f.value_hash, f.from_id, f.into_id FROM found_merges f
  WHERE NOT EXISTS (SELECT FROM customer_merges m WHERE m.ended_at IS NULL
    AND m.from_id = f.from_id AND m.into_id = f.into_id AND m.kind = f.kind AND m.value_hash = f.value_hash)
  ORDER BY f.into_id COLLATE "C", f.from_id COLLATE "C"`;

const HoldingRow = z.object({ kind: z.enum(CONTACT_KINDS), value: z.string(), customer: z.string() });
const CustomerRow = z.object({ customer: z.string() });
const BanRow = z.object({ kind: z.enum(CONTACT_KINDS), from: z.string(), into: z.string() });

export interface SettledCustomers {
  readonly merges: MergeChanges;
  /** Orders that are another customer's now. */
  readonly movedOrders: readonly number[];
}

/**
 * Groups the customers whose contacts have changed anew, and everybody a chain of contacts joins to them: the same
 * groups as if all contacts were looked at. Moves their orders and aliases to the first of each group.
 * Needs changed_contacts and changed_values (contactChanges.ts); leaves settled_customers behind.
 */
export async function settleCustomers(client: pg.ClientBase): Promise<SettledCustomers> {
  await client.query(GATHER);
  const begun = await client.query(BEGIN);
  if (begun.rowCount === 0) return { merges: { made: 0, ended: 0 }, movedOrders: [] };
  for (let round = 1, grown = 1; grown > 0; round++) {
    await client.query('ANALYZE unsettled_customers');
    grown = (await client.query(GROW, [round])).rowCount ?? 0;
  }
  const holdings = z.array(HoldingRow).parse((await client.query(HOLDINGS)).rows);
  const bans = z.array(BanRow).parse((await client.query(BANS)).rows);
  const order = z.array(CustomerRow).parse((await client.query(ORDER)).rows);
  const rank = new Map(order.map(({ customer }, i) => [customer, i] as const).reverse());
  const { rootOf, merges } = groupCustomers(
    holdings,
    bans,
    (a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0),
  );
  await client.query(NAME, [[...rootOf.keys()], [...rootOf.values()]]);
  await client.query('ANALYZE settled_customers');
  const moved = await client.query(MOVE_ORDERS);
  await client.query(MOVE_ALIASES);
  await client.query(MOVE_CUSTOMERS);
  return {
    merges: await recordMerges(client, merges),
    movedOrders: moved.rows.map((row) => z.object({ order_number: z.int() }).parse(row).order_number),
  };
}

async function recordMerges(client: pg.ClientBase, merges: readonly Merge[]): Promise<MergeChanges> {
  const column = (name: keyof Merge) => merges.map((merge) => merge[name]);
  await client.query(FIND_MERGES, [column('kind'), column('value'), column('from'), column('into')]);
  const ended = await client.query(END_MERGES);
  const made = await client.query(RECORD_MERGES);
  await client.query('DROP TABLE found_merges');
  return { made: made.rowCount ?? 0, ended: ended.rowCount ?? 0 };
}
