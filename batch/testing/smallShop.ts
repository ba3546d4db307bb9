import type { Pool } from 'pg';

export interface SmallOrder {
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

export interface SmallProduct {
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
export async function fillShop(pool: Pool, shop: SmallShop): Promise<void> {
  for (const [i, product] of shop.products.entries()) {
    await pool.query(
      `INSERT INTO products (product_id, product_name, price, currency, category_path, available, recommendable)
       VALUES ($1, $2, $3, 'PKR', $4, $5, $6)`,
      [
        `P${i + 1}`,
        `Product ${i + 1}`,
        100 + i,
        product.category,
        product.available ?? true,
        product.recommendable ?? true,
      ],
    );
  }
  for (const [i, [province, city]] of shop.customers.entries()) {
    await pool.query(
      `INSERT INTO customers (unified_customer_id, customer_name, province, city) VALUES ($1, 'Name', $2, $3)`,
      [`C${i + 1}`, province, city],
    );
  }
  for (const order of shop.orders) {
    const made = await pool.query(
      `INSERT INTO orders (order_id, source, unified_customer_id, ordered_at, status, province, city, content_hash)
       VALUES ($1, 'test', $2, timestamptz '2026-01-01' + $3 * interval '1 day', $4, $5, $6, '')
       RETURNING order_number`,
      [
        order.id,
        order.customer === null ? null : `C${order.customer}`,
        order.day,
        order.status,
        order.province,
        order.city,
      ],
    );
    await pool.query(
      `INSERT INTO order_items SELECT $1, n, item, 1, 9.5 FROM unnest($2::int[]) WITH ORDINALITY AS l (item, n)`,
      [made.rows[0].order_number, order.items],
    );
  }
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
