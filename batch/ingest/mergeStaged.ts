import type pg from 'pg';
import { z } from 'zod';
import { mergeCustomers, resolveCustomers } from './mergeCustomers.ts';
import { type ForeignLine, foreignLines, mergeOrders, type OrderCounts } from './mergeOrders.ts';
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

/** What a merge did. */
export interface Merged {
  readonly orders: OrderCounts;
  readonly products: MergeCounts;
  readonly customers: MergeCounts;
  readonly recommendable: RecommendableResult;
  readonly sales: SalesCounts;
  readonly foreign: readonly ForeignLine[];
}

/**
 * Merges what a stage has gathered, from whatever source, into products, orders and customers. Products
 * come first (lines name them by number), customers last (their place is that of their latest order).
 */
export async function mergeStaged(
  client: pg.ClientBase,
  input: RecommendableInput & { readonly source: string },
): Promise<Merged> {
  const { source } = input;
  const products = await mergeProducts(client, { source, newest: await isNewest(client) });
  const recommendable = await mergeRecommendable(client, input);
  await resolveCustomers(client, source);
  const orders = await mergeOrders(client, source);
  const customers = await mergeCustomers(client, source);
  const sales = await countSales(client);
  const foreign = orders.foreign === 0 ? [] : await foreignLines(client);
  return { orders, products, customers, recommendable, sales, foreign };
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
    WHERE d.status = 'completed' AND d.decision <> 'foreign'
      AND l.status = 0 AND l.quantity > 0 AND p.recommendable`);
  return SalesCounts.parse(rows[0]);
}
