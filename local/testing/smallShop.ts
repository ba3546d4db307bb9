import type { ClientBase } from 'pg';

interface SmallShop {
  readonly customers: number;
  readonly products: number;
}

/**
 * Orders enough to learn something from: four orders of three lines for each customer, who keep to one of
 * eight tastes; beside them a guest order, a cancelled one, postage, and a customer without orders.
 */
export async function insertSmallShop(client: ClientBase, { customers, products }: SmallShop): Promise<void> {
  await client.query(
    `INSERT INTO products (product_id, product_name, price, currency, category_path)
     SELECT 'p"\\-' || n, 'Product ' || n, n + 0.5, 'EUR', ARRAY['Department ' || n % 3, 'Aisle ' || n % 8]
     FROM generate_series(1, $1::int) AS n`,
    [products],
  );
  await client.query(
    `INSERT INTO products (product_id, product_name, price, recommendable) VALUES ('postage', 'Postage', 5, false)`,
  );
  await client.query(
    `INSERT INTO customers (unified_customer_id, customer_name, province, city)
     SELECT 'c' || n, 'Name of ' || n, 'Province ' || n % 4, nullif('City ' || n % 9, 'City 0')
     FROM generate_series(1, $1::int + 1) AS n`,
    [customers],
  );
  await client.query(
    `INSERT INTO orders (order_id, source, unified_customer_id, ordered_at, status, content_hash)
     SELECT 'o' || n, 'test', CASE WHEN n > 4 * $1 THEN NULL ELSE 'c' || 1 + n % $1 END,
            timestamptz '2026-01-01' + n * interval '1 hour', CASE n WHEN 1 THEN 'cancelled' ELSE 'completed' END, ''
     FROM generate_series(1, 4 * $1::int + 1) AS n`,
    [customers],
  );
  await client.query(
    `INSERT INTO order_items (order_number, line_number, item_number, quantity, price)
     SELECT o.order_number, line, 1 + ((o.order_number % 8) + 8 * (o.order_number / 8 + line * 7)) % $1, 1, 9.5
     FROM orders o, generate_series(1, 3) AS line`,
    [products],
  );
  await client.query(
    `INSERT INTO order_items SELECT o.order_number, 4, p.item_number, 1, 5 FROM orders o, products p
     WHERE p.product_id = 'postage' AND o.order_number % 5 = 0`,
  );
}
