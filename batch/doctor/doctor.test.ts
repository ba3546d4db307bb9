import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { createPool } from '../db/pool.ts';
import { fillShop, seededRandom, seededShop } from '../testing/smallShop.ts';
import { judgePlaces } from './customerLooks.ts';
import { examineData } from './examine.ts';
import type { Finding } from './finding.ts';
import { judgeDays } from './orderLooks.ts';
import { findingLines, refuseErrors } from './report.ts';
import { minimums } from './trainingLooks.ts';

let database: TestDatabase;
let pool: Pool;
beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool(database.url);
  await fillShop(pool, seededShop(seededRandom(3)));
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const NOW = new Date('2026-07-20');

async function examine(engine: 'aws' | 'embedded' = 'embedded'): Promise<Map<string, Finding>> {
  const findings = await examineData(pool, { now: NOW, engine });
  return new Map(findings.map((finding) => [finding.check, finding]));
}

describe('the data doctor', () => {
  test('finds nothing to warn of in a sound shop, and nothing at all to fail on in an empty one', async () => {
    const found = [...(await examine()).values()];
    expect(found.filter(({ severity }) => severity !== 'note')).toEqual([]);
    await pool.query('TRUNCATE orders, order_items, customers, products');
    const empty = [...(await examine()).values()];
    expect(empty.every(({ severity }) => severity === 'note')).toBe(true);
  });

  test('finds what is wrong, says it plainly, and names nobody', async () => {
    await pool.query(`
      WITH copied AS (
        INSERT INTO orders (order_id, source, unified_customer_id, ordered_at, status, content_hash)
        SELECT order_id || '-copy', 'other', unified_customer_id, ordered_at, status, '' FROM orders
        WHERE unified_customer_id IS NOT NULL AND status = 'completed' RETURNING order_id, order_number)
      INSERT INTO order_items SELECT c.order_number, i.line_number, i.item_number, i.quantity, i.price
      FROM copied c JOIN orders o ON o.order_id || '-copy' = c.order_id JOIN order_items i ON i.order_number = o.order_number`);
    await pool.query(`UPDATE orders SET ordered_at = '2099-01-01' WHERE order_id = 'O7'`);
    await pool.query(`UPDATE orders SET ordered_at = '1970-01-01' WHERE order_id = 'O8'`);
    await pool.query(`UPDATE orders SET unified_customer_id = 'nobody' WHERE order_id = 'O9'`);
    await pool.query(`DELETE FROM products WHERE product_id = 'P3'`);
    await pool.query(`INSERT INTO customers (unified_customer_id) VALUES ('c1'), (' C1')`);
    await pool.query(
      `INSERT INTO products (product_id, product_name) VALUES ('p 1', 'x'), ('X9', 'DOTCOM POSTAGE')`,
    );
    await pool.query(`
      INSERT INTO customer_alias (source, source_id, unified_customer_id, phone_hash, email_hash)
      SELECT 'till', n::text, 'C' || n, '\x01', '\x02' FROM generate_series(1, 12) AS n`);
    await pool.query(`
      INSERT INTO shared_contacts (kind, value_hash, reason, masked)
      VALUES ('phone', '\x01', 'junk', '03…00'), ('email', '\x02', 'shared', 'n…@t…')`);
    await pool.query(
      `INSERT INTO customer_alias (source, source_id, unified_customer_id) VALUES ('web', '5', 'C9')`,
    );
    await pool.query(`UPDATE customers SET province = 'Pujnab' WHERE customer_number = 20`);
    await pool.query(`
      INSERT INTO order_items SELECT order_number, 100 + n, 1 + n % 30, 1, 1 FROM orders, generate_series(1, 2000) AS n
      WHERE order_id = (SELECT order_id FROM orders WHERE unified_customer_id = 'C2' AND status = 'completed' LIMIT 1)`);
    const found = await examine();
    const counts = Object.fromEntries(
      [...found].map(([check, { severity, count }]) => [check, [severity, count]]),
    );
    expect(counts).toMatchObject({
      future_orders: ['error', 1],
      ancient_orders: ['warning', 1],
      unknown_customers: ['warning', 1],
      unknown_products: ['warning', expect.any(Number)],
      look_alike_customers: ['warning', 1],
      look_alike_products: ['warning', 1],
      dummy_phone: ['warning', 1],
      shared_email: ['warning', 1],
      ambiguous_ids: ['warning', 1],
      unmatched_places: ['warning', 1],
      bulk_buyers: ['warning', 1],
      non_merchandise: ['warning', 1],
    });
    expect(found.get('duplicate_orders')?.count).toBeGreaterThan(90);
    expect(found.get('duplicate_orders')?.examples[0]).toMatch(/^O\d+ = O\d+-copy$/);
    const text = [...found.values()].flatMap(findingLines).join('\n');
    expect(text).toContain('customer number 2');
    expect(text).toContain('03…00 of 12 customers');
    expect(text).toContain('1 telephone number is a dummy, of 12 customers (100.0 % of those with one)');
    expect(text).not.toMatch(/"C1"|\bC2\b/i);
    expect(text.split('\n')[0]).toMatch(/^ERROR .*2099-01-01.*\[future_orders\]$/);
    expect(() => refuseErrors([...found.values()])).toThrow(
      expect.objectContaining({ code: 'data_errors', final: true }),
    );
  });

  test('sums up thousands of dummies in a line, and calls a few of one customer each a note', async () => {
    await pool.query(`
      WITH held AS (
        INSERT INTO customer_alias (source, source_id, unified_customer_id, email_hash, phone_hash)
        SELECT 'web', n::text, 'C' || n, int4send(n), int4send(n) FROM generate_series(1, 3000) AS n
        RETURNING email_hash AS value_hash, source_id::integer AS n)
      INSERT INTO shared_contacts (kind, value_hash, reason, masked)
      SELECT kind, value_hash, 'junk', 'c•••@example.com' FROM held, (VALUES ('email', 3000), ('phone', 20)) AS k (kind, most)
      WHERE n <= most`);
    const found = await examine();
    const [dummies, ...examples] = findingLines(found.get('dummy_email') as Finding);
    expect(dummies).toContain(
      '3,000 e-mail addresses are dummies, of 3,000 customers (100.0 % of those with one)',
    );
    expect(examples.join().length).toBeLessThan(400);
    expect(found.get('dummy_email')?.severity).toBe('warning');
    expect(found.get('dummy_phone')).toMatchObject({ severity: 'note', count: 20 });
  });

  test('calls it an error when most orders name customers nobody knows', async () => {
    await pool.query(
      `UPDATE orders SET unified_customer_id = 'x' || unified_customer_id WHERE order_number % 4 > 0`,
    );
    expect((await examine()).get('unknown_customers')?.severity).toBe('error');
  });

  test('tells the distance to what Amazon Personalize asks for: an error there, a note elsewhere', () => {
    const little = { interactions: 400, customers_with_two_interactions: 20 };
    expect(minimums(little, 60, 'aws').map(({ check, severity }) => [check, severity])).toEqual([
      ['few_interactions', 'error'],
      ['few_repeat_customers', 'error'],
      ['few_products', 'warning'],
    ]);
    expect(minimums(little, 60, 'aws')[0]?.message).toContain('600 fewer than the 1,000');
    expect(minimums(little, 60, 'embedded').every(({ severity }) => severity === 'note')).toBe(true);
    expect(minimums({ interactions: 1000, customers_with_two_interactions: 25 }, 100, 'aws')).toEqual([]);
  });
});

describe('gaps in time', () => {
  const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
  const days = (...numbers: number[]) => numbers.map(day);
  const daily = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  test('are longer than what the shop is used to', () => {
    const open = daily(0, 60).filter((n) => n % 7 !== 2);
    expect(judgeDays(days(...open), new Date(day(62)))).toEqual([]);
    const closed = days(...daily(0, 40), ...daily(52, 90));
    expect(judgeDays(closed, new Date(day(91)))).toMatchObject([
      { check: 'gaps_in_time', count: 1, examples: ['2026-02-10 to 2026-02-22 (12 days)'] },
    ]);
  });

  test('at the end mean that orders stopped coming', () => {
    expect(judgeDays(days(...daily(0, 60)), new Date(day(70)))).toMatchObject([
      { check: 'no_new_orders', count: 10 },
    ]);
  });
});

test('a province nobody else lives in is most likely another misspelt', () => {
  const place = (province: string | null, customers: number) => ({ province, customers });
  const found = judgePlaces([
    place('Punjab', 900),
    place('PUNJAB province', 5),
    place('Pnjab', 2),
    place(null, 100),
  ]);
  expect(found).toMatchObject([
    { check: 'unmatched_places', count: 2, examples: ['"Pnjab"'] },
    { check: 'no_place', severity: 'note', count: 100 },
  ]);
  expect(judgePlaces([place('A', 1), place('B', 2)])).toEqual([]);
});
