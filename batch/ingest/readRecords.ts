import { cellText, rowProblem } from './cells.ts';
import { FIELDS_OF, type Kind, type RecordOf } from './kinds.ts';
import type { Mapping } from './mapping.ts';
import { createRowMask, maskRow, type RowMask } from './mask.ts';
import { createRecordReader, type RecordReader } from './recordReader.ts';
import type { RejectReason } from './rejectReason.ts';
import type { BlockLook, Remarks } from './remarks.ts';
import type { FieldTable, TableRow } from './table.ts';

/** A validated record and where it stood. */
export interface Placed<R> {
  readonly line: number;
  readonly record: R;
}

/** A row that is not a record. */
export interface RejectedRow {
  readonly line: number;
  /** The record's own id; null where it has none, or one that may tell who someone is. */
  readonly id: string | null;
  readonly reason: RejectReason;
  /** Already masked. */
  readonly cells: readonly string[];
}

interface RecordBlock<R> {
  readonly records: readonly Placed<R>[];
  readonly rejects: readonly RejectedRow[];
  /** Rows of this block, records and rejects. */
  readonly rows: number;
  readonly bytesRead: number;
}

interface Reading<K extends Kind> {
  readonly kind: K;
  readonly mapping: Mapping;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Told at the end what was assumed. */
  readonly note: (note: string) => void;
  /** Gathers what shows only in many records. */
  readonly remarks: Remarks;
}

/**
 * The records of a table, block by block, each row validated; bad ones stand beside them with their reason.
 * @throws BatchError when the table as a whole cannot be used
 */
export async function* readRecords<K extends Kind>(
  table: FieldTable,
  { kind, mapping, now, note, remarks }: Reading<K>,
): AsyncGenerator<RecordBlock<RecordOf[K]>> {
  const mask = createRowMask(table.header, table.columns);
  const idColumn = table.columns[FIELDS_OF[kind].required[0] ?? ''] ?? -1;
  const look = createLook(table, kind, mapping);
  let reader: RecordReader<RecordOf[K]> | null = null;
  for await (const { rows, bytesRead } of table.blocks) {
    // An empty page at the end shows no columns: nothing is assumed of it.
    if (rows.length === 0) {
      yield { records: [], rejects: [], rows: 0, bytesRead };
      continue;
    }
    reader ??= createRecordReader(kind, { columns: table.columns, firstRows: rows, mapping, now, remarks });
    remarks.look(kind, look(rows));
    const records: Placed<RecordOf[K]>[] = [];
    const rejects: RejectedRow[] = [];
    for (const row of rows) {
      const record = rowProblem(row, table.header.length) ?? reader.read(row.cells);
      const reason = typeof record === 'string' ? record : 'rejected' in record ? record.rejected : null;
      if (reason !== null) rejects.push(rejectedRow(row, reason, { mask, idColumn }));
      else records.push({ line: row.line, record: record as RecordOf[K] });
    }
    yield { records, rejects, rows: rows.length, bytesRead };
  }
  for (const name of table.repeated ?? [])
    note(`The header names the column "${name}" more than once: the first was read.`);
  for (const text of reader?.notes() ?? []) note(text);
}

/** Which fields that are named, or must be there, the rows of a block have. */
function createLook(
  table: FieldTable,
  kind: Kind,
  mapping: Mapping,
): (rows: readonly TableRow[]) => BlockLook {
  const { required, mapped } = FIELDS_OF[kind];
  const specs = mapped(mapping);
  const looked = [...new Set([...required, ...Object.keys(specs)])].map((field) => {
    const spec = specs[field];
    const named = spec === undefined ? null : [spec].flat().join('" and "');
    return { field, named, required: required.includes(field) };
  });
  const filled = new Set<string>();
  return (rows) => {
    for (const { field } of looked) {
      const column = table.columns[field] ?? -1;
      if (!filled.has(field) && rows.some(({ cells }) => cellText(cells, column) !== '')) filled.add(field);
    }
    return { rows: rows.length, looked, filled, found: table.found ?? table.header };
  };
}

function rejectedRow(
  row: TableRow,
  reason: RejectReason,
  { mask, idColumn }: { readonly mask: RowMask; readonly idColumn: number },
): RejectedRow {
  const cells = maskRow(row.cells, mask);
  const id = cells[idColumn] ?? '';
  return { line: row.line, id: id === '' || id.includes('***') ? null : id, reason, cells };
}
