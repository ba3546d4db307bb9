import type { ClientBase } from 'pg';
import { z } from 'zod';
import { productCard, STOREFRONT_ID } from '../../shared/catalogue/card.ts';
import { type CatalogueEntry, encodeCards, encodeCatalogue } from '../../shared/snapshot/catalogue.ts';
import { encodeShelves } from '../../shared/snapshot/shelves.ts';
import { type RowCursor, readRows } from '../db/readRows.ts';
import { makePart, type Part } from './part.ts';

/** Up to so many bytes a catalogue is one part that every isolate keeps. */
export const WHOLE_CATALOGUE_BYTES = 4_000_000;
/** Products that may stand on the first shelf: the most ordered ones, as far as one part holds them. */
const MOST_ORDERED = 20_000;
/** A shelf ends after so many bytes at the latest; past the least, where a product's number says so. */
const LEAST_SHELF_BYTES = 500_000;
const SHELF_BYTES = 1_500_000;

const COLUMNS = `p.item_number, p.product_id, p.product_name, p.url, p.handle, p.default_variant_id, p.price::text,
  p.currency, to_json(p.category_path)::text, p.image_url, p.available::int, p.recommendable::int, ${STOREFRONT_ID}`;
const COLUMN_COUNT = 13;
/** What a card takes beside its texts: the names of its fields. */
const CARD_FRAME_BYTES = 260;
const SIZE = `
  SELECT coalesce(sum(${CARD_FRAME_BYTES} + octet_length(concat(product_id, product_name, url, handle, default_variant_id,
    price::text, currency, to_json(category_path)::text, image_url))), 0)::float8 AS bytes,
    coalesce(max(item_number), 0) AS max_item
  FROM products`;
const ALL = `SELECT ${COLUMNS} FROM products p ORDER BY p.item_number`;
const HOT = `
  SELECT ${COLUMNS} FROM products p JOIN (
    SELECT item_number, count(*) AS orders FROM order_items GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${MOST_ORDERED}
  ) s USING (item_number)
  ORDER BY s.orders DESC, p.item_number`;
const BY_CATEGORY = `SELECT ${COLUMNS} FROM products p ORDER BY p.category_path, p.item_number`;

/** Sizes at which a catalogue is cut; tests take small ones. */
export interface CatalogueSizes {
  readonly whole: number;
  readonly leastShelf: number;
  readonly shelf: number;
}
const SIZES: CatalogueSizes = {
  whole: WHOLE_CATALOGUE_BYTES,
  leastShelf: LEAST_SHELF_BYTES,
  shelf: SHELF_BYTES,
};

/**
 * The products' cards. A small catalogue is one part by item number. A large one is cut into shelves: the
 * first holds the most ordered products once more, the others hold all products by category, so that what
 * goes together stands together and a list opens few of them; `shelves` says where each product stands. Shelves
 * end at products chosen by their numbers, so that a new product changes the bytes of its own shelf only.
 */
export async function* catalogueParts(client: ClientBase, sizes = SIZES): AsyncGenerator<Part> {
  const { rows } = await client.query(SIZE);
  const { bytes, max_item: maxItem } = z.object({ bytes: z.number(), max_item: z.int() }).parse(rows[0]);
  if (bytes <= sizes.whole) yield await wholePart(client);
  else yield* shelfParts(client, maxItem, sizes);
}

async function wholePart(client: ClientBase): Promise<Part> {
  const entries: CatalogueEntry[] = [];
  for await (const { entry } of cards(client, ALL)) entries.push(entry);
  return makePart('catalogue', encodeCatalogue(entries), [0, entries[0]?.item ?? 0]);
}

async function* shelfParts(client: ClientBase, maxItem: number, sizes: CatalogueSizes): AsyncGenerator<Part> {
  const shelfOf = new Int32Array(maxItem + 1).fill(-1);
  let shelves = 0;
  let entries: CatalogueEntry[] = [];
  let bytes = 0;
  function close(): Part {
    entries.sort((a, b) => a.item - b.item);
    for (const { item } of entries) if (shelfOf[item] === -1) shelfOf[item] = shelves;
    const part = makePart('catalogue', encodeCards(entries), [0, entries[0]?.item ?? 0]);
    shelves++;
    entries = [];
    bytes = 0;
    return part;
  }
  for await (const card of cards(client, HOT)) {
    // All rows are read: a COPY that is left half-way cannot be taken up again.
    if (bytes + card.bytes > sizes.whole) continue;
    entries.push(card.entry);
    bytes += card.bytes;
  }
  yield close();
  for await (const card of cards(client, BY_CATEGORY)) {
    if (bytes + card.bytes > sizes.shelf && entries.length > 0) yield close();
    entries.push(card.entry);
    bytes += card.bytes;
    if (bytes > sizes.leastShelf && isEnd(card.entry.item)) yield close();
  }
  if (entries.length > 0) yield close();
  yield makePart('shelves', encodeShelves(shelfOf), [0, 0]);
}

/** One product in 256, whatever stands beside it. Multiplicative hashing (Knuth, TAOCP 3, 6.4). */
function isEnd(item: number): boolean {
  return Math.imul(item, 0x9e3779b1) >>> 24 === 0;
}

interface SizedEntry {
  readonly entry: CatalogueEntry;
  /** About what the card takes. */
  readonly bytes: number;
}

async function* cards(client: ClientBase, query: string): AsyncGenerator<SizedEntry> {
  for await (const rows of readRows(client, query, COLUMN_COUNT)) while (rows.next()) yield entryOf(rows);
}

const CategoryPath = z.array(z.string());

function entryOf(rows: RowCursor): SizedEntry {
  const available = rows.int32(10) === 1;
  const recommendable = rows.int32(11) === 1;
  const card = productCard({
    product_id: rows.text(1) ?? '',
    storefront_id: rows.text(12),
    product_name: rows.text(2) ?? '',
    url: rows.text(3),
    handle: rows.text(4),
    default_variant_id: rows.text(5),
    price: rows.text(6),
    currency: rows.text(7),
    category_path: CategoryPath.parse(JSON.parse(rows.text(8) ?? '[]')),
    image_url: rows.text(9),
    available,
  });
  let bytes = CARD_FRAME_BYTES;
  for (let field = 1; field <= 9; field++) bytes += rows.bytes(field)?.byteLength ?? 0;
  return {
    bytes,
    entry: { item: rows.int32(0), card, sellable: available && recommendable, recommendable },
  };
}
