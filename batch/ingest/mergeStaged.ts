import type pg from 'pg';
import { z } from 'zod';
import { mergeContacts } from '../identity/contactChanges.ts';
import type { IdentityRules } from '../identity/identityRules.ts';
import { type MergeChanges, settleCustomers } from '../identity/settleCustomers.ts';
import { type DoubleChanges, settleDoubles } from '../identity/settleDoubles.ts';
import { judgeContacts } from '../identity/sharedContacts.ts';
import { type IdClashes, readIdPeers } from '../identity/sourceIds.ts';
import { type Forgotten, forgetErased } from '../people/forgetErased.ts';
import { mergeCustomers, resolveCustomers, settlePlaces } from './mergeCustomers.ts';
import { mergeOrders, type OrderCounts } from './mergeOrders.ts';
import { type MergeCounts, mergeProducts } from './mergeProducts.ts';
import {
  mergeRecommendable,
  type RecommendableInput,
  type RecommendableResult,
} from './mergeRecommendable.ts';

const SalesCounts = z.object({
  /** Lines of this input to learn from: bought, not cancelled or returned, of recommendable products. */
  sales: z.int(),
  /** Those of them that cost nothing: gifts, samples, corrections. */
  free: z.int(),
});
type SalesCounts = z.infer<typeof SalesCounts>;

/** New rows after which Postgres counts anew within the transaction. */
const MANY_ROWS = 5_000;

/** What a source has deleted and has never told of needs no row. */
const FORGET_UNKNOWN = [
  `DELETE FROM staged_products s WHERE s.deleted
     AND NOT EXISTS (SELECT FROM product_alias a WHERE a.source = $1 AND a.source_id = s.product_id)`,
  `DELETE FROM staged_customers s WHERE s.deleted
     AND NOT EXISTS (SELECT FROM customer_alias a WHERE a.source = $1 AND a.source_id = s.customer_id)`,
];

/** What a merge did. */
export interface Merged {
  readonly orders: OrderCounts;
  readonly products: MergeCounts;
  readonly customers: MergeCounts;
  readonly recommendable: RecommendableResult;
  readonly sales: SalesCounts;
  /** Reasons by which customers became one, or are one no more. */
  readonly merges: MergeChanges;
  /** Orders found to be another source's. */
  readonly doubles: DoubleChanges;
  readonly clashes: IdClashes;
  /** People who were erased, known again by a contact. */
  readonly forgotten: Forgotten;
}

/**
 * Merges what a stage has gathered, from whatever source, into products, orders and customers. Products
 * come first (lines name them by number), then orders and customers as their source knows them, then who is who
 * across sources, and at last which orders are told twice.
 */
export async function mergeStaged(
  client: pg.ClientBase,
  input: RecommendableInput & { readonly source: string; readonly identity: IdentityRules },
): Promise<Merged> {
  const { source } = input;
  for (const sql of FORGET_UNKNOWN) await client.query(sql, [source]);
  const peers = await readIdPeers(client, source);
  const forgotten = await forgetErased(client, { source, peers: peers.customers, identity: input.identity });
  const newest = await isNewest(client);
  const products = await mergeProducts(client, { source, peers, newest });
  const recommendable = await mergeRecommendable(client, input);
  const clashes = await resolveCustomers(client, source, peers.customers);
  const { counts: orders, touched } = await mergeOrders(client, source);
  const { added, changed } = await mergeCustomers(client);
  const customers = { added, changed: changed + (await mergeContacts(client, source)) };
  // What follows looks single customers up; without statistics of so much that is new it would be planned badly.
  if (touched.length + customers.added > MANY_ROWS)
    await client.query('ANALYZE orders, customers, customer_alias');
  await judgeContacts(client, input.identity.sharedLimit);
  const { merges, movedOrders } = await settleCustomers(client);
  await settlePlaces(client);
  const doubles = await settleDoubles(client, { source, touched: [...touched, ...movedOrders] });
  const sales = await countSales(client);
  return {
    ...{ orders, products: products.counts, customers, recommendable, sales, merges, doubles, forgotten },
    clashes: { customers: clashes, products: products.clashes, joined: products.joined },
  };
}

async function isNewest(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query(`
    SELECT coalesce((SELECT max(ordered_at) FROM staged_orders) >= (SELECT max(newest_order_at) FROM sync_state), true) AS newest`);
  return z.object({ newest: z.boolean() }).parse(rows[0]).newest;
}

async function countSales(client: pg.ClientBase): Promise<SalesCounts> {
  const { rows } = await client.query(`
    SELECT count(*)::integer AS sales, (count(*) FILTER (WHERE l.price = 0))::integer AS free
    FROM incoming_lines l
    JOIN decided_orders d USING (order_ref)
    JOIN products p USING (item_number)
    WHERE d.status = 'completed'
      AND l.status = 0 AND l.quantity > 0 AND p.recommendable`);
  return SalesCounts.parse(rows[0]);
}
