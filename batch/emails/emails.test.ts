import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { silentProgress } from '../progress.ts';
import { type PublishedShop, startPublishedShop } from '../testing/publishedShop.ts';
import { type EmailExport, type EmailRow, exportEmails, newEmailTally } from './exportEmails.ts';
import { emailText, writeEmailFile } from './writeEmails.ts';

let shop: PublishedShop;
const NOW = Date.parse('2026-08-01');
beforeEach(async () => {
  shop = await startPublishedShop();
  await shop.pool.query(
    `INSERT INTO customer_alias (source, source_id, unified_customer_id, marketing_consent, marketing_consent_at)
     SELECT 'shopify', 'gid-' || customer_number, unified_customer_id,
            CASE customer_number % 3 WHEN 0 THEN true WHEN 1 THEN false END, now()
     FROM customers`,
  );
  await shop.makeLive('r1');
});
afterEach(() => shop.stop());

const EVERYBODY: EmailExport = {
  ...{ lapsedDays: null, productId: null, category: null, province: null, city: null },
  ...{ source: 'shopify', items: 4, limit: null, consent: 'not_refused' },
};

async function rowsOf(request: Partial<EmailExport>) {
  const tally = newEmailTally();
  const rows = await inTransaction(shop.pool, async (client) => {
    const found: EmailRow[] = [];
    const tools = { tally, now: NOW, progress: silentProgress.step('x') };
    for await (const row of exportEmails(client, { ...EVERYBODY, ...request }, tools)) found.push(row);
    return found;
  });
  return { rows, tally };
}
const numberOf = ({ customer_id }: EmailRow) => Number(customer_id.replace('gid-', ''));

describe('an e-mail export', () => {
  test('writes only to who agreed, unless whoever did not refuse is meant, and counts the others', async () => {
    const given = await rowsOf({ consent: 'given' });
    expect(given.rows.every((row) => numberOf(row) % 3 === 0)).toBe(true);
    expect(given.tally.without_consent).toBeGreaterThan(given.rows.length);
    const notRefused = await rowsOf({});
    expect(notRefused.rows.length).toBeGreaterThan(given.rows.length);
    expect(notRefused.rows.some((row) => numberOf(row) % 3 === 1)).toBe(false);
  });

  test('holds products as they are now: none that is sold out, or that was bought since', async () => {
    const before = (await rowsOf({})).rows[0];
    const [sold, bought, ...others] = before?.items.map(({ product_id }) => product_id) ?? [];
    await shop.pool.query('UPDATE products SET available = false WHERE product_id = $1', [sold]);
    await shop.pool.query('UPDATE products SET price = 7.5 WHERE product_id = $1', [others[0]]);
    await shop.pool.query(
      `WITH o AS (
         INSERT INTO orders (order_id, source, unified_customer_id, ordered_at, content_hash)
         VALUES ('new', 'shopify', 'C' || $1::text, '2026-07-30', '') RETURNING order_number)
       INSERT INTO order_items SELECT order_number, 1, item_number, 1, 9 FROM o, products WHERE product_id = $2`,
      [before === undefined ? 0 : numberOf(before), bought],
    );
    const { rows } = await rowsOf({});
    const after = rows.find((row) => row.customer_id === before?.customer_id);
    const ids = after?.items.map(({ product_id }) => product_id) ?? [];
    expect(ids).toHaveLength(4);
    expect(ids.slice(0, 2)).toEqual(others);
    expect(after?.items[0]?.price).toBe(7.5);
    expect(rows.flatMap((row) => row.items).some(({ product_id }) => product_id === sold)).toBe(false);
  });

  test('obeys the shop’s rules: hidden products are in no e-mail, pinned ones in all', async () => {
    const applied = {
      ...{ category: null, placements: null, in_category: null, province: null, from: null, until: null },
    };
    const { rows } = await rowsOf({});
    const hidden = rows[0]?.items[0]?.product_id;
    for (const [id, effect, product, amount] of [
      ['h', 'hide', hidden, 0],
      ['p', 'pin', 'P3', 2],
    ] as const) {
      await shop.pool.query(
        `INSERT INTO rules (rule_id, rule, applied, created_by, updated_by) VALUES ($1, $2, $3, 'test', 'test')`,
        [id, { target: { products: [product] } }, { ...applied, effect, amount }],
      );
    }
    const ruled = await rowsOf({});
    expect(ruled.rows.flatMap((row) => row.items).some(({ product_id }) => product_id === hidden)).toBe(
      false,
    );
    expect(ruled.rows.every((row) => hidden === 'P3' || row.items[1]?.product_id === 'P3')).toBe(true);
  });

  test('of likely buyers with a limit takes those with the best chance', async () => {
    const all = await rowsOf({ productId: 'P1' });
    const { rows, tally } = await rowsOf({ productId: 'P1', limit: 3 });
    expect(rows).toHaveLength(3);
    expect(tally.beyond_limit).toBe(all.rows.length - 3);
    // Scores are kept in 254 steps: of several customers with the same one, any will do.
    const { rows: scores } = await shop.pool.query(
      `SELECT customer_number AS n, scores[array_position(product_ids, 'P1')] AS score
       FROM offline_user_recommendations JOIN customers USING (unified_customer_id)
       WHERE 'P1' = ANY(product_ids) AND customer_number % 3 <> 1 ORDER BY score DESC NULLS LAST`,
    );
    const scoreOf = (number: number) => scores.find(({ n }) => n === number)?.score;
    const chosen = rows.map((row) => scoreOf(numberOf(row))).sort((a, b) => b - a);
    expect(chosen).toEqual(scores.slice(0, 3).map(({ score }) => score));
  });

  test('of a place and of who has not ordered for long holds nobody else', async () => {
    const { rows } = await rowsOf({ province: 'PUNJAB province', lapsedDays: 60 });
    expect(rows.length).toBeGreaterThan(0);
    const { rows: expected } = await shop.pool.query(
      `SELECT c.customer_number AS n FROM customers c
       JOIN orders o USING (unified_customer_id) WHERE c.province = 'Punjab' AND o.status = 'completed' AND c.customer_number % 3 <> 1
       GROUP BY 1 HAVING max(o.ordered_at) <= timestamptz '2026-08-01' - interval '60 days'`,
    );
    expect(rows.map(numberOf).sort()).toEqual(expected.map(({ n }) => n).sort());
  });

  test('is a file readable by its owner only, whose cells no spreadsheet runs', async () => {
    await shop.pool.query(`UPDATE products SET product_name = '=HYPERLINK("x")'`);
    const { rows } = await rowsOf({});
    const path = join(shop.folder, 'emails.csv');
    await writeEmailFile(path, emailText(streamed(rows), { format: 'csv', items: 4 }));
    expect((await stat(path)).mode & 0o077).toBe(0);
    const cells = parse(await readFile(path, 'utf8'), { columns: true }) as Record<string, string>[];
    expect(cells.map(({ customer_id }) => customer_id)).toEqual(rows.map(({ customer_id }) => customer_id));
    expect(cells[0]?.['item_1_product_id']).toBe(rows[0]?.items[0]?.product_id);
    expect(cells[0]?.['item_1_name']).toBe(`'=HYPERLINK("x")`);
  });

  test('that does not become whole leaves nothing behind, and says what its rows failed of', async () => {
    const { rows } = await rowsOf({});
    const path = join(shop.folder, 'unfinished.csv');
    const text = emailText(cutOff(rows), { format: 'csv', items: 4 });
    await expect(writeEmailFile(path, text)).rejects.toThrow(/^cut off$/);
    expect((await readdir(shop.folder)).filter((name) => name.startsWith('unfinished'))).toEqual([]);
  });
});

async function* streamed<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}

async function* cutOff<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
  throw new Error('cut off');
}
