import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { encodeItemList } from './itemList.ts';
import type { SnapshotLayout } from './layout.ts';
import { decodeScore, encodeScore } from './score.ts';
import { encodeUserRecord } from './userRecord.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Product i is P{i}; item numbers go beyond two bytes. */
const ITEMS = [1, 2, 255, 256, 65_535, 65_536, 131_073, 16_000_000];

let runs = 0;
async function publish(layout: SnapshotLayout): Promise<number> {
  const made = await client.query(
    `INSERT INTO snapshots (run_id, engine, layout, state) VALUES ($1, 'embedded', $2, 'published') RETURNING snapshot_id`,
    [`run-${++runs}`, JSON.stringify(layout)],
  );
  const id = Number(made.rows[0].snapshot_id);
  for (const table of ['snapshot_users', 'snapshot_lists']) {
    await client.query(`CREATE TABLE ${table}_${id} PARTITION OF ${table} FOR VALUES IN (${id})`);
  }
  await client.query('UPDATE live_pointer SET live_snapshot_id = $1, published_at = now()', [id]);
  return id;
}

describe('the views in Postgres read the bytes of the codec', () => {
  beforeAll(async () => {
    for (const item of ITEMS) {
      await client.query(
        `INSERT INTO products (product_id, item_number, product_name) OVERRIDING SYSTEM VALUE VALUES ($1, $2, 'x')`,
        [`P${item}`, item],
      );
    }
    await client.query(`INSERT INTO customers (unified_customer_id) VALUES ('Ann')`);
  });

  for (const item_width of [2, 3] as const) {
    test(`with item numbers of ${item_width} bytes`, async () => {
      const layout = {
        item_width,
        user_recommendations: 7,
        user_affinity: 3,
        user_bought: 2,
        user_cycles: 2,
        similar: 5,
        pairs: 5,
        popular: 5,
      };
      const id = await publish(layout);
      const known = ITEMS.filter((item) => item_width === 3 || item < 65_536);
      const items = fc.uniqueArray(fc.constantFrom(...known), { maxLength: 7 });
      const score = fc.option(fc.double({ min: 1e-6, max: 1, noNaN: true }));
      const record = fc.record({
        items,
        scores: fc.array(score, { minLength: 7, maxLength: 7 }),
        affinity: items,
        similar: items,
      });
      const check = async (made: {
        items: number[];
        scores: (number | null)[];
        affinity: number[];
        similar: number[];
      }) => {
        await client.query('TRUNCATE snapshot_users, snapshot_lists');
        const scores = made.scores.slice(0, made.items.length);
        const bytes = encodeUserRecord(
          {
            place: 1,
            items: made.items,
            scores,
            reasons: [],
            references: [],
            own: 0,
            affinity: made.affinity,
            bought: [1],
            cycles: [5],
          },
          layout,
        );
        await client.query('INSERT INTO snapshot_users VALUES ($1, 5, 1, $2)', [id, Buffer.from(bytes)]);
        const list = encodeItemList({ items: made.similar, counts: [], weights: [], own: 0 }, 5, item_width);
        await client.query(`INSERT INTO snapshot_lists VALUES ($1, 'similar', 2, $2)`, [
          id,
          Buffer.from(list),
        ]);

        const ids = (numbers: readonly number[]) => numbers.map((item) => `P${item}`);
        const user = await client.query('SELECT * FROM offline_user_recommendations');
        expect(user.rows[0].unified_customer_id).toBe('Ann');
        expect(user.rows[0].product_ids).toEqual(ids(made.items));
        scores
          .map(encodeScore)
          .map(decodeScore)
          .forEach((expected, i) => {
            const seen = user.rows[0].scores[i];
            if (expected === null) expect(seen).toBeNull();
            else expect(seen / expected).toBeCloseTo(1, 2);
          });
        const affinity = await client.query('SELECT * FROM offline_item_affinity');
        expect(affinity.rows[0].product_ids).toEqual(ids(made.affinity.slice(0, 3)));
        const similar = await client.query('SELECT * FROM offline_similar_items');
        expect(similar.rows[0].product_id).toBe('P2');
        expect(similar.rows[0].similar_product_ids).toEqual(ids(made.similar.slice(0, 5)));
      };
      await fc.assert(fc.asyncProperty(record, check), { numRuns: 25 });
    });
  }
});

test('a customer who was merged into another is shown the list of that one, or their own while it lasts', async () => {
  const lengths = { user_recommendations: 7, user_affinity: 3, user_bought: 2, user_cycles: 2 };
  const id = await publish({ item_width: 2, ...lengths, similar: 5, pairs: 5, popular: 5 });
  const { rows } = await client.query(
    `INSERT INTO customers (unified_customer_id, merged_into) VALUES ('Zoe', NULL), ('Zoe Lee', 'Zoe')
     RETURNING customer_number`,
  );
  const add = (key: number, customer: number) =>
    client.query('INSERT INTO snapshot_users VALUES ($1, $2, $3, $4)', [id, key, customer, Buffer.alloc(64)]);
  const shown = async () =>
    (await client.query('SELECT unified_customer_id AS id FROM offline_user_recommendations ORDER BY 1'))
      .rows;
  await add(5, rows[0].customer_number);
  expect(await shown()).toEqual([{ id: 'Zoe' }, { id: 'Zoe Lee' }]);
  await add(6, rows[1].customer_number);
  expect(await shown()).toEqual([{ id: 'Zoe' }, { id: 'Zoe Lee' }]);
});
