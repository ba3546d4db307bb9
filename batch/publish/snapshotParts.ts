import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { CustomerKeyer } from '../../shared/identity/customerKey.ts';
import { framePart } from '../../shared/snapshot/frame.ts';
import { itemListBytes } from '../../shared/snapshot/itemList.ts';
import { keyFromBigInt } from '../../shared/snapshot/key64.ts';
import type { SnapshotLayout } from '../../shared/snapshot/layout.ts';
import { DOCUMENTS } from '../../shared/snapshot/manifest.ts';
import { userRecordBytes } from '../../shared/snapshot/userRecord.ts';
import { readRows } from '../db/readRows.ts';
import { customerAliasParts, productIndexParts } from './aliasParts.ts';
import { catalogueParts, WHOLE_CATALOGUE_BYTES } from './catalogueParts.ts';
import { makePart, type Part } from './part.ts';
import { numberRanges, partsFor, type Ranges, sharedRanges, uniformRanges } from './ranges.ts';
import { type TableRow, tableParts } from './tableParts.ts';

/** Bytes of a part to aim at: small for one person's read, larger for what every isolate keeps. */
export const USER_SHARD_BYTES = 125_000;
const ITEM_PART_BYTES = 1_000_000;

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
      ? sharedRanges(await countOf(client, from), recordBytes)
      : await itemRanges(client, recordBytes + 8);
  const rows = keyedRows(client, `SELECT list_key, record ${from} ORDER BY list_key`);
  yield* tableParts(rows, { table: kind, ranges, recordBytes });
}

/** Lists of items: all in one part when it is small enough for every isolate to keep, else about 1 MB each. */
async function itemRanges(client: ClientBase, bytesEach: number): Promise<Ranges> {
  const answer = await client.query('SELECT coalesce(max(item_number), 0) AS max FROM products');
  const items = z.object({ max: z.int() }).parse(answer.rows[0]).max + 1;
  const target = items * bytesEach <= WHOLE_CATALOGUE_BYTES ? WHOLE_CATALOGUE_BYTES : ITEM_PART_BYTES;
  return numberRanges(Math.max(1, Math.floor(target / bytesEach)));
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
