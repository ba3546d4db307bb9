import type { ClientBase } from 'pg';
import { z } from 'zod';
import { productCard } from '../../shared/catalogue/card.ts';
import type { CustomerKeyer } from '../../shared/identity/customerKey.ts';
import { type CatalogueEntry, encodeCatalogue } from '../../shared/snapshot/catalogue.ts';
import { framePart } from '../../shared/snapshot/frame.ts';
import { itemListBytes } from '../../shared/snapshot/itemList.ts';
import { keyFromBigInt } from '../../shared/snapshot/key64.ts';
import type { SnapshotLayout } from '../../shared/snapshot/layout.ts';
import { DOCUMENTS } from '../../shared/snapshot/manifest.ts';
import { userRecordBytes } from '../../shared/snapshot/userRecord.ts';
import { readRows } from '../db/readRows.ts';
import { customerAliasParts, productIndexParts } from './aliasParts.ts';
import { makePart, type Part } from './part.ts';
import { numberRanges, partsFor, type Ranges, uniformRanges } from './ranges.ts';
import { type TableRow, tableParts } from './tableParts.ts';

/** Bytes of a part to aim at: small for one person's read, larger for what every isolate keeps. */
const USER_SHARD_BYTES = 125_000;
const ITEM_PART_BYTES = 1_000_000;
const WHOLE_PART_BYTES = 4_000_000;

interface PartSource {
  readonly snapshotId: number;
  readonly layout: SnapshotLayout;
  /** As the snapshot's customers were keyed. */
  readonly keyOf: CustomerKeyer;
}

/**
 * Every part of a snapshot, made from its rows in Postgres: the same rows give the same bytes. The
 * client must be in a repeatable-read transaction.
 */
export async function* snapshotParts(client: ClientBase, source: PartSource): AsyncGenerator<Part> {
  yield* documentParts(client, source.snapshotId);
  yield* catalogueParts(client);
  yield* productIndexParts(client);
  for (const kind of ['popular', 'similar', 'pairs'] as const) yield* listParts(client, source, kind);
  yield* userParts(client, source);
  yield* customerAliasParts(client, source.keyOf);
}

async function* userParts(client: ClientBase, { snapshotId, layout }: PartSource): AsyncGenerator<Part> {
  const recordBytes = userRecordBytes(layout);
  const from = `FROM snapshot_users WHERE snapshot_id = ${snapshotId}`;
  const ranges = uniformRanges(partsFor(await countOf(client, from), recordBytes, USER_SHARD_BYTES));
  const rows = keyedRows(client, `SELECT customer_key, record ${from} ORDER BY customer_key`);
  yield* tableParts(rows, { table: 'users', ranges, recordBytes });
}

async function* listParts(
  client: ClientBase,
  { snapshotId, layout }: PartSource,
  kind: 'similar' | 'pairs' | 'popular',
): AsyncGenerator<Part> {
  const recordBytes = itemListBytes(layout[kind], layout.item_width);
  const from = `FROM snapshot_lists WHERE snapshot_id = ${snapshotId} AND kind = '${kind}'`;
  const ranges: Ranges =
    kind === 'popular'
      ? uniformRanges(partsFor(await countOf(client, from), recordBytes, WHOLE_PART_BYTES))
      : numberRanges(Math.max(1, Math.floor(ITEM_PART_BYTES / (recordBytes + 8))));
  const rows = keyedRows(client, `SELECT list_key, record ${from} ORDER BY list_key`);
  yield* tableParts(rows, { table: kind, ranges, recordBytes });
}

/** Rows of (key bigint, record bytea), copied out of each chunk. */
async function* keyedRows(client: ClientBase, query: string): AsyncGenerator<TableRow[]> {
  for await (const rows of readRows(client, query, 2)) {
    const chunk: TableRow[] = [];
    while (rows.next()) {
      const record = rows.bytes(1);
      if (record !== null) chunk.push({ key: keyFromBigInt(rows.bigint(0)), record: record.slice() });
    }
    yield chunk;
  }
}

const CategoryPath = z.array(z.string());
const CARDS = `
  SELECT item_number, product_id, product_name, url, handle, default_variant_id, price::text, currency,
         to_json(category_path)::text, image_url, available::int, recommendable::int
  FROM products ORDER BY item_number`;
const CARD_COLUMNS = 12;
/** What a card takes beside its texts: the names of its fields. */
const CARD_FRAME_BYTES = 220;

async function* catalogueParts(client: ClientBase): AsyncGenerator<Part> {
  let entries: CatalogueEntry[] = [];
  let bytes = 0;
  let made = 0;
  for await (const rows of readRows(client, CARDS, CARD_COLUMNS)) {
    while (rows.next()) {
      const available = rows.int32(10) === 1;
      const card = productCard({
        product_id: rows.text(1) ?? '',
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
      let size = CARD_FRAME_BYTES;
      for (let field = 1; field <= 9; field++) size += rows.bytes(field)?.byteLength ?? 0;
      if (bytes + size > WHOLE_PART_BYTES) {
        yield cataloguePart(entries);
        made++;
        entries = [];
        bytes = 0;
      }
      const recommendable = rows.int32(11) === 1;
      entries.push({ item: rows.int32(0), card, sellable: available && recommendable, recommendable });
      bytes += size;
    }
  }
  if (entries.length > 0 || made === 0) yield cataloguePart(entries);
}

function cataloguePart(entries: readonly CatalogueEntry[]): Part {
  return makePart('catalogue', encodeCatalogue(entries), [0, entries[0]?.item ?? 0]);
}

const DocumentRow = z.object({ name: z.enum(DOCUMENTS), document: z.string() });

async function* documentParts(client: ClientBase, snapshotId: number): AsyncGenerator<Part> {
  const answer = await client.query(
    'SELECT name, document::text FROM snapshot_documents WHERE snapshot_id = $1 ORDER BY name',
    [snapshotId],
  );
  for (const row of answer.rows) {
    const { name, document } = DocumentRow.parse(row);
    yield makePart(name, framePart('document', new TextEncoder().encode(document)), [0, 0]);
  }
}

async function countOf(client: ClientBase, from: string): Promise<number> {
  const answer = await client.query(`SELECT count(*)::int AS count ${from}`);
  return z.object({ count: z.int() }).parse(answer.rows[0]).count;
}
