import type { Pool } from 'pg';

interface SmallOrder {
  readonly id: string;
  /** Customer number; null = guest. */
  readonly customer: number | null;
  /** Days after 2026-01-01. */
  readonly day: number;
  readonly status: 'completed' | 'cancelled' | 'returned';
  readonly province: string | null;
  readonly city: string | null;
  /** Item numbers. */
  readonly items: readonly number[];
}

interface SmallProduct {
  readonly category: readonly string[];
  readonly available?: boolean;
  readonly recommendable?: boolean;
}

export interface SmallShop {
  /** Product i + 1 has item number i + 1 and product_id P{i + 1}. */
  readonly products: readonly SmallProduct[];
  /** Customer i + 1 is C{i + 1}; a place of their own or null. */
  readonly customers: readonly (readonly [string | null, string | null])[];
  readonly orders: readonly SmallOrder[];
}

/** Writes a shop into an empty, migrated database. */
export async function fillShop(pool: Pool, { products, customers, orders }: SmallShop): Promise<void> {
  await pool.query(
    `INSERT INTO products (product_id, product_name, price, currency, category_path, available, recommendable)
     SELECT 'P' || n, 'Product ' || n, 99 + n, 'PKR',
            ARRAY(SELECT jsonb_array_elements_text(p->'category')),
            coalesce((p->>'available')::bool, true), coalesce((p->>'recommendable')::bool, true)
     FROM jsonb_array_elements($1) WITH ORDINALITY AS t (p, n) ORDER BY n`,
    [JSON.stringify(products)],
  );
  await pool.query(
    `INSERT INTO customers (unified_customer_id, customer_name, province, city)
     SELECT 'C' || n, 'Name', c->>0, c->>1
     FROM jsonb_array_elements($1) WITH ORDINALITY AS t (c, n) ORDER BY n`,
    [JSON.stringify(customers)],
  );
  await pool.query(
    `INSERT INTO orders (order_id, source, unified_customer_id, ordered_at, status, province, city, content_hash)
     SELECT o->>'id', 'test', 'C' || (o->>'customer'), timestamptz '2026-01-01' + (o->>'day')::int * interval '1 day',
            o->>'status', o->>'province', o->>'city', ''
     FROM jsonb_array_elements($1) WITH ORDINALITY AS t (o, n) ORDER BY n`,
    [JSON.stringify(orders)],
  );
  await pool.query(
    `INSERT INTO order_items
     SELECT order_number, n, item::int, 1, 9.5
     FROM jsonb_array_elements($1) AS t (o)
     JOIN orders ON order_id = o->>'id'
     CROSS JOIN LATERAL jsonb_array_elements_text(o->'items') WITH ORDINALITY AS l (item, n)`,
    [JSON.stringify(orders)],
  );
}

/** A small seeded shop: guests, cancelled orders, sold-out products and postage (the last product). */
export function seededShop(
  random: () => number,
  { customers = 30, products = 40, orders = 160 } = {},
): SmallShop {
  const pick = (n: number): number => Math.floor(random() * n);
  const cities = [
    ['Punjab', 'Lahore'],
    ['Punjab', 'Multan'],
    ['Sindh', 'Karachi'],
    ['Sindh', null],
    [null, null],
  ] as const;
  return {
    products: Array.from({ length: products }, (_, i) => ({
      category: i % 7 === 0 ? [] : [`Department ${i % 3}`, `Aisle ${i % 6}`],
      available: i % 9 !== 4,
      recommendable: i !== products - 1,
    })),
    customers: Array.from({ length: customers }, (_, i) =>
      i % 3 === 0 ? [null, null] : (cities[i % 4] ?? [null, null]),
    ),
    orders: Array.from({ length: orders }, (_, i) => {
      const [province, city] = cities[pick(cities.length)] ?? [null, null];
      return {
        id: `O${i}`,
        // The last two customers never order.
        customer: pick(5) === 0 ? null : 1 + pick(customers - 2),
        day: pick(200),
        status: i % 17 === 3 ? 'cancelled' : i % 23 === 5 ? 'returned' : 'completed',
        province,
        city,
        items: Array.from({ length: 1 + pick(5) }, () => 1 + Math.floor(products * random() ** 2)),
      };
    }),
  };
}

/** mulberry32, Tommy Ettinger: a small seeded generator of numbers in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
