import type { Key64 } from '../../shared/snapshot/key64.ts';
import type { TableName } from '../../shared/snapshot/manifest.ts';
import { encodeRecordTable } from '../../shared/snapshot/recordTable.ts';
import { makePart, type Part } from './part.ts';
import type { Ranges } from './ranges.ts';

export interface TableRow {
  readonly key: Key64;
  readonly record: Uint8Array;
}

interface TableShape {
  readonly table: TableName;
  readonly ranges: Ranges;
  readonly recordBytes: number;
}

/**
 * Parts of a record table from its rows in ascending key order: one part in memory at a time. Ranges
 * without rows make no part; a table without rows is one empty part.
 * @param chunks rows whose records stay valid
 */
export async function* tableParts(
  chunks: AsyncIterable<readonly TableRow[]>,
  { table, ranges, recordBytes }: TableShape,
): AsyncGenerator<Part> {
  let keys: Key64[] = [];
  let records: Uint8Array[] = [];
  let range = 0;
  let first = true;
  function close(): Part {
    const part = makePart(
      table,
      encodeRecordTable(keys, records, recordBytes),
      ranges.from(first ? 0 : range),
    );
    first = false;
    keys = [];
    records = [];
    return part;
  }
  for await (const rows of chunks) {
    for (const { key, record } of rows) {
      const next = ranges.rangeOf(key);
      if (next !== range && keys.length > 0) yield close();
      range = next;
      keys.push(key);
      records.push(record);
    }
  }
  if (keys.length > 0 || first) yield close();
}
