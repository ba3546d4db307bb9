import type { ClientBase } from 'pg';
import { z } from 'zod';
import { SnapshotLayout } from '../../shared/snapshot/layout.ts';
import { decodeUserRecord } from '../../shared/snapshot/userRecord.ts';
import type { Person } from './findPerson.ts';

/** Everything that is held of one person, as it is to be told them. Plain JSON. */
export interface PersonFile {
  /** More than one when customers were merged. */
  readonly customers: readonly unknown[];
  /** What other systems call them, with hashes of contacts and the word on marketing. */
  readonly aliases: readonly unknown[];
  readonly merges: readonly unknown[];
  readonly orders: readonly unknown[];
  readonly events: readonly unknown[];
  readonly recommendations: readonly unknown[];
  /** Where else data is, and as what. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

const ALIASES = 'SELECT * FROM customer_alias WHERE unified_customer_id = ANY($1) ORDER BY source, source_id';

const ORDERS = `
  SELECT o.order_id, o.source, o.ordered_at, o.status, o.province, o.city,
         (SELECT json_agg(json_build_object('product_id', p.product_id, 'product_name', p.product_name,
                                            'quantity', i.quantity, 'price', i.price) ORDER BY i.line_number)
          FROM order_items i JOIN products p USING (item_number) WHERE i.order_number = o.order_number) AS lines
  FROM orders o WHERE o.unified_customer_id = ANY($1) ORDER BY o.ordered_at, o.order_id`;
const EVENTS = `
  SELECT event_type, product_id, happened_at, properties FROM events
  WHERE unified_customer_id = ANY($1) ORDER BY happened_at, event_id`;
const RESULTS = `
  SELECT u.snapshot_id, s.published_at, s.layout, u.record
  FROM snapshot_users u JOIN snapshots s USING (snapshot_id)
  WHERE u.customer_number = ANY($1) ORDER BY u.snapshot_id`;
const PRODUCT_IDS = 'SELECT item_number, product_id FROM products WHERE item_number = ANY($1)';

const Result = z.object({
  snapshot_id: z.int(),
  published_at: z.date().nullable(),
  layout: SnapshotLayout,
  record: z.instanceof(Buffer),
});

/** @param client in a repeatable-read transaction, so that all of it is of one moment */
export async function describePerson(client: ClientBase, person: Person): Promise<PersonFile> {
  const ids = person.members.map((member) => member.unified_customer_id);
  const numbers = person.members.map((member) => member.customer_number);
  const rows = async (sql: string, values: readonly (string | number)[]) =>
    (await client.query(sql, [values])).rows;
  const number = numbers.join(', ');
  return {
    customers: await rows('SELECT * FROM customers WHERE unified_customer_id = ANY($1) ORDER BY 1', ids),
    aliases: await rows(ALIASES, ids),
    merges: await rows(
      'SELECT * FROM customer_merges WHERE from_id = ANY($1) OR into_id = ANY($1) ORDER BY 1',
      ids,
    ),
    orders: await rows(ORDERS, ids),
    events: await rows(EVENTS, ids),
    recommendations: await readResults(client, await rows(RESULTS, numbers)),
    elsewhere: {
      kv: 'the same recommendations, under a keyed hash of the id, in the live snapshot and at most two before it',
      s3: `purchases and recommendations of the kept runs, under the number ${number}`,
      personalize: `purchases, province and city, under the number ${number}`,
    },
  };
}

async function readResults(client: ClientBase, rows: readonly unknown[]): Promise<unknown[]> {
  const results = z.array(Result).parse(rows);
  const decoded = results.map(({ record, layout, ...rest }) => ({
    ...rest,
    ...decodeUserRecord(record, layout),
  }));
  const numbers = [...new Set(decoded.flatMap(({ items, affinity }) => [...items, ...affinity]))];
  const answer = await client.query(PRODUCT_IDS, [numbers]);
  const idOf = new Map<number, string>(answer.rows.map((row) => [row.item_number, row.product_id]));
  return decoded.map(({ snapshot_id, published_at, items, affinity }) => ({
    snapshot_id,
    published_at,
    recommended: items.map((item) => idOf.get(item) ?? null),
    item_affinity: affinity.map((item) => idOf.get(item) ?? null),
  }));
}
