import type { ClientBase } from 'pg';
import { z } from 'zod';
import { type ProductCard, ProductCardRow, productCard, STOREFRONT_ID } from '../../shared/catalogue/card.ts';
import { type Defaults, LARGEST_DEFAULTS_BYTES } from '../../shared/defaults/defaults.ts';
import { Places } from '../../shared/snapshot/documents.ts';
import { decodeItemList } from '../../shared/snapshot/itemList.ts';
import { keyOfText, keyToBigInt } from '../../shared/snapshot/key64.ts';
import type { SnapshotLayout } from '../../shared/snapshot/layout.ts';
import { categoryList, cityList, OVERALL_LIST, provinceList } from '../../shared/snapshot/listKeys.ts';
import { liveSnapshot } from '../publish/publishable.ts';
import { chooseDefaults } from './chooseDefaults.ts';
import { readBundledRules } from './readBundledRules.ts';

const Card = ProductCardRow.extend({ item_number: z.int() });

const EMPTY: Defaults = { generated_at: null, snapshot_id: null, products: [], lists: { overall: [] } };

/** The live snapshot's popular lists and cards, as much as the bundle may hold; empty without a snapshot. */
export async function readDefaults(client: ClientBase): Promise<Defaults> {
  const snapshot = await liveSnapshot(client);
  if (snapshot === null) return EMPTY;
  const lists = await readPopular(client, snapshot.snapshot_id, snapshot.layout);
  const listNamed = (name: string): readonly number[] => lists.get(keyToBigInt(keyOfText(name))) ?? [];
  const overall = listNamed(OVERALL_LIST);
  const names = await listNames(client, snapshot.snapshot_id);
  const cards = await readCards(client, [...new Set([...overall, ...names.flatMap(listNamed)])]);
  const rules = await readBundledRules(client);
  const chosen = chooseDefaults({
    generatedAt: snapshot.created_at.toISOString(),
    snapshotId: snapshot.snapshot_id,
    overall,
    lists: names.map((name) => ({ name, items: listNamed(name) })),
    cardOf: (item) => cards.get(item) ?? null,
    maxBytes: LARGEST_DEFAULTS_BYTES - Buffer.byteLength(`,"rules":${JSON.stringify(rules)}`),
  });
  return { ...chosen, rules };
}

const ListRow = z.object({ list_key: z.string(), record: z.instanceof(Uint8Array) });

async function readPopular(client: ClientBase, snapshotId: number, layout: SnapshotLayout) {
  const answer = await client.query(
    `SELECT list_key, record FROM snapshot_lists WHERE snapshot_id = $1 AND kind = 'popular'`,
    [snapshotId],
  );
  const rows = answer.rows.map((row) => ListRow.parse(row));
  return new Map(
    rows.map(({ list_key, record }) => [
      BigInt(list_key),
      decodeItemList(new Uint8Array(record), layout.item_width).items,
    ]),
  );
}

/** Names worth bundling, most wanted first: departments, provinces, deeper categories, cities. */
async function listNames(client: ClientBase, snapshotId: number): Promise<string[]> {
  const paths = await client.query(
    'SELECT category_path AS path, count(*)::int AS products FROM products GROUP BY 1 ORDER BY 2 DESC, 1',
  );
  const categories = paths.rows.map((row) => z.object({ path: z.array(z.string()) }).parse(row).path);
  const document = await client.query(
    `SELECT document FROM snapshot_documents WHERE snapshot_id = $1 AND name = 'places'`,
    [snapshotId],
  );
  const places = Places().parse(document.rows[0]?.document ?? []);
  const departments = categories.flatMap((path) => (path.length > 0 ? [categoryList(path.slice(0, 1))] : []));
  const provinces = places.flatMap(([province]) => (province === null ? [] : [provinceList(province)]));
  const deeper = categories.flatMap((path) =>
    path.slice(1).map((_, depth) => categoryList(path.slice(0, depth + 2))),
  );
  const cities = places.flatMap(([province, city]) => (city === null ? [] : [cityList(province, city)]));
  return [...new Set([...departments, ...provinces, ...deeper, ...cities])];
}

async function readCards(client: ClientBase, items: readonly number[]): Promise<Map<number, ProductCard>> {
  const answer = await client.query(
    `SELECT item_number, product_id, ${STOREFRONT_ID} AS storefront_id, product_name, url, handle, default_variant_id, price::text, currency,
            category_path, image_url, available
     FROM products p WHERE item_number = ANY($1) AND available AND recommendable`,
    [items],
  );
  return new Map(
    answer.rows.map((row) => {
      const { item_number, ...card } = Card.parse(row);
      return [item_number, productCard(card)];
    }),
  );
}
