import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../edge/clock.ts';
import { createCardMemory } from '../../edge/stores/cardMemory.ts';
import { createGauge } from '../../edge/stores/gauge.ts';
import { createKvReads } from '../../edge/stores/kvReads.ts';
import { openKvStore } from '../../edge/stores/kvStore.ts';
import { createPartMemory } from '../../edge/stores/partMemory.ts';
import { NOBODY, openScope } from '../../edge/stores/scope.ts';
import { settled } from '../../edge/stores/suspend.ts';
import { breakable, mapKv } from '../../edge/testing/faultyKv.ts';
import { makeSnapshot } from '../../edge/testing/sampleSnapshot.ts';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { checkTablePart } from '../../shared/snapshot/checkTablePart.ts';
import { openShelves } from '../../shared/snapshot/shelves.ts';
import { catalogueParts } from './catalogueParts.ts';
import type { Part } from './part.ts';

const PRODUCTS = 400;
const CATEGORIES = 12;
/** Some 300 bytes a card. */
const SMALL = { whole: 10_000, leastShelf: 3_000, shelf: 9_000 };

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `INSERT INTO products (product_id, product_name, category_path)
     SELECT 'P' || n, 'Product ' || n, ARRAY['Shop', 'C' || (n % $2)] FROM generate_series(1, $1::int) n`,
    [PRODUCTS, CATEGORIES],
  );
  // Product 5 n is ordered n times: the first shelf takes the largest numbers that are multiples of five.
  await client.query(
    `INSERT INTO order_items SELECT o, p, p * 5, 1, 1 FROM generate_series(1, 80) p, generate_series(1, p) o`,
  );
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function partsOf(sizes?: typeof SMALL): Promise<Part[]> {
  const parts: Part[] = [];
  for await (const part of catalogueParts(client, sizes)) parts.push(part);
  return parts;
}

test('a small catalogue is one part without shelves', async () => {
  const parts = await partsOf();
  expect(parts.map((part) => part.of)).toEqual(['catalogue']);
});

describe('a large catalogue', () => {
  test('stands on shelves of limited size, the most ordered first, the others by category', async () => {
    const parts = await partsOf(SMALL);
    const shelves = openShelves(parts.at(-1)?.bytes ?? new Uint8Array());
    expect(parts.length).toBeGreaterThan(12);
    for (const part of parts) {
      checkTablePart(part.of === 'shelves' ? 'shelves' : 'catalogue', part.bytes);
      expect(part.bytes.byteLength).toBeLessThan(SMALL.whole);
    }
    expect([400, 395, 390].map((item) => shelves.partOf(item))).toEqual([0, 0, 0]);
    const categoriesOf = new Map<number, Set<number>>();
    for (let item = 1; item <= PRODUCTS; item++) {
      const shelf = shelves.partOf(item) ?? -1;
      expect(shelf).toBeGreaterThanOrEqual(0);
      if (shelf > 0) categoriesOf.set(shelf, (categoriesOf.get(shelf) ?? new Set()).add(item % CATEGORIES));
    }
    for (const categories of categoriesOf.values()) expect(categories.size).toBeLessThanOrEqual(3);
  });

  test('changes the bytes of few shelves when a product is added', async () => {
    const before = new Set((await partsOf(SMALL)).map(({ ref }) => ref.key));
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO products (product_id, product_name, category_path) VALUES ('new', 'New', '{Shop,C1}')`,
    );
    const after = await partsOf(SMALL);
    await client.query('ROLLBACK');
    const changed = after.filter(({ ref }) => !before.has(ref.key));
    // Its own shelf and those after it up to the next fixed end, and the shelves' own part.
    expect(changed.length).toBeLessThan(after.length);
  });

  test('gives every card, and of a list from everywhere reads a few shelves only, always the same', async () => {
    const parts = await partsOf(SMALL);
    const { manifest } = await makeSnapshot(2);
    const refs = (name: string) => parts.filter((part) => part.of === name).map(({ ref }) => ref);
    const tables = { ...manifest.tables, catalogue: refs('catalogue'), shelves: refs('shelves') };
    const kv = breakable(mapKv(new Map(parts.map(({ ref, bytes }) => [ref.key, bytes]))));
    const open = () => {
      const reads = createKvReads(kv, createGauge(systemClock, 0), systemClock);
      const memory = createPartMemory({ limitBytes: 1e7, clock: systemClock, badMs: 0 });
      const budgets = { kv: 20_000, postgres: 0 };
      const scope = openScope({ clock: systemClock, budgets, totalMs: 60_000, caller: NOBODY });
      const cards = createCardMemory(10);
      const store = openKvStore({
        source: 'kv',
        manifest: { ...manifest, tables },
        reads,
        memory,
        cards,
        scope,
      });
      return { cards: (items: readonly number[]) => settled(() => store.cards(items)) };
    };
    for (let item = 1; item <= PRODUCTS; item++) {
      const [card] = await open().cards([item]);
      expect(card?.product().product_id).toBe(`P${item}`);
    }
    const scattered = Array.from({ length: 40 }, (_, i) => 1 + i * 10);
    kv.asked.length = 0;
    const store = open();
    const first = await store.cards(scattered);
    const second = await store.cards(scattered.toReversed());
    // The map of the shelves, the first shelf, and two more.
    expect(new Set(kv.asked).size).toBeLessThanOrEqual(4);
    const shown = (cards: typeof first) => cards.map((card) => card?.product().product_id ?? null);
    expect(shown(second).toReversed()).toEqual(shown(first));
    expect(shown(first).filter((id) => id !== null).length).toBeGreaterThan(2);
    expect(shown(await open().cards(scattered))).toEqual(shown(first));
    expect(shown(await store.cards([400, 395]))).toEqual(['P400', 'P395']);
  });
});
