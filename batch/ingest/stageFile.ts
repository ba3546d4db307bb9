import type { StepProgress } from '../progress.ts';
import { type Rejected, rowProblem } from './cells.ts';
import { type Columns, findColumns } from './columns.ts';
import type { CsvRow } from './csvRows.ts';
import { type CsvTable, openCsvTable } from './csvTable.ts';
import { createRowMask, maskRow } from './mask.ts';
import type { RejectReason } from './rejectReason.ts';
import type { RejectsFile } from './rejects.ts';
import type { Stage } from './stage.ts';

/** Every row of a file: loaded or rejected, with the reasons. Blank lines are not rows. */
export interface RowCounts {
  read: number;
  rejected: number;
  readonly byReason: Map<RejectReason, number>;
}

export function noRows(): RowCounts {
  return { read: 0, rejected: 0, byReason: new Map() };
}

export interface StageTarget {
  readonly stage: Stage;
  readonly rejects: RejectsFile | null;
  readonly progress: StepProgress;
}

interface FileReading<Field extends string> {
  readonly path: string;
  readonly delimiter: string | null;
  readonly fields: Readonly<Record<Field, readonly string[]>>;
  readonly mapping: Readonly<Record<string, string>>;
  readonly required: readonly NoInfer<Field>[];
  /** Called with the first rows, when it is known where the fields stand; gives the reader of a row. */
  readonly begin: (columns: Columns<Field>, firstRows: readonly CsvRow[]) => (row: CsvRow) => Rejected | null;
}

/**
 * Streams a file into the stage, row by row; bad rows go to the rejects file.
 * @throws BatchError when the file as a whole cannot be used
 */
export async function stageFile<Field extends string>(
  reading: FileReading<Field>,
  target: StageTarget,
): Promise<RowCounts> {
  const table = await openCsvTable(reading.path, reading.delimiter);
  try {
    const { header, name: file } = table;
    const { fields, mapping, required } = reading;
    const columns = findColumns({ file, header, fields, mapping, required });
    return await stageRows(table, columns, { reading, target });
  } finally {
    await table.close();
  }
}

async function stageRows<Field extends string>(
  table: CsvTable,
  columns: Columns<Field>,
  { reading, target }: { reading: FileReading<Field>; target: StageTarget },
): Promise<RowCounts> {
  const counts = noRows();
  const mask = createRowMask(table.header, columns);
  const { stage, rejects, progress } = target;
  let readRow: ((row: CsvRow) => Rejected | null) | null = null;
  for await (const { rows, bytesRead } of table.blocks) {
    readRow ??= reading.begin(columns, rows);
    for (const row of rows) {
      const problem = rowProblem(row, table.header.length);
      const rejected = problem ?? readRow(row)?.rejected ?? null;
      if (rejected === null) continue;
      countReject(counts, rejected);
      rejects?.add({ file: table.name, line: row.line, reason: rejected, cells: maskRow(row.cells, mask) });
    }
    counts.read += rows.length;
    await rejects?.flush();
    await stage.relieve();
    const total = bytesRead === 0 ? null : Math.round((counts.read * table.totalBytes) / bytesRead);
    progress.update({ done: counts.read, total, unit: 'lines', note: `reading ${table.name}` });
  }
  return counts;
}

export function countReject(counts: RowCounts, reason: RejectReason, times = 1): void {
  counts.rejected += times;
  counts.byReason.set(reason, (counts.byReason.get(reason) ?? 0) + times);
}
