import { BatchError } from '../errors.ts';
import { openCsvFile } from '../ingest/openTable.ts';
import type { Table, TableRow } from '../ingest/table.ts';
import type { FoundFile } from './filesLocation.ts';
import type { Join } from './filesSettings.ts';

/** Joined rows are held in memory. */
const MOST_ROWS = 5_000_000;

interface Beside {
  /** The files of each join. */
  readonly files: readonly (readonly FoundFile[])[];
  readonly delimiter: string | null;
}

/**
 * Adds the columns of other files to each row: those of an order's head to its lines, say. A column of a name
 * that the table has already is found as `joined.NAME`. A row without a match keeps blank cells.
 * @throws BatchError column_missing, join_too_large
 */
export async function joinTables(table: Table, joins: readonly Join[], beside: Beside): Promise<Table> {
  let joined = table;
  for (const [i, join] of joins.entries())
    joined = await joinTable(joined, join, { files: beside.files[i] ?? [], delimiter: beside.delimiter });
  return joined;
}

interface JoinFiles {
  readonly files: readonly FoundFile[];
  readonly delimiter: string | null;
}

async function joinTable(table: Table, join: Join, { files, delimiter }: JoinFiles): Promise<Table> {
  const [here, there] = typeof join.on === 'string' ? [join.on, join.on] : join.on;
  const key = columnOf(table, here);
  const rows = new Map<string, readonly string[]>();
  let header: readonly string[] = [];
  for (const file of files) {
    const other = await openCsvFile(file, delimiter);
    header = other.header;
    const otherKey = columnOf(other, there);
    for await (const block of other.blocks) addRows(rows, block.rows, otherKey);
    if (rows.size > MOST_ROWS) throw tooLarge(join);
  }
  const blank = header.map(() => '');
  async function* blocks() {
    for await (const block of table.blocks) {
      const withRest = (row: TableRow): TableRow =>
        row.problem !== null || row.cells.length !== table.header.length
          ? row
          : { ...row, cells: [...row.cells, ...(rows.get((row.cells[key] ?? '').trim()) ?? blank)] };
      yield { ...block, rows: block.rows.map(withRest) };
    }
  }
  const added = header.map((name) => (table.header.includes(name) ? `joined.${name}` : name));
  return { ...table, header: [...table.header, ...added], blocks: blocks() };
}

function addRows(into: Map<string, readonly string[]>, rows: readonly TableRow[], key: number): void {
  for (const { cells, problem } of rows) if (problem === null) into.set((cells[key] ?? '').trim(), cells);
}

function columnOf(table: Table, name: string): number {
  const at = table.header.indexOf(name);
  if (at !== -1) return at;
  throw new BatchError({
    code: 'column_missing',
    message: `${table.name} has no column "${name}", by which it is to be joined.`,
    remedy: `Its columns are: ${table.header.join(', ')}. "on" names the column in both files, or both names: ["order_id", "id"].`,
  });
}

function tooLarge(join: Join): BatchError {
  return new BatchError({
    code: 'join_too_large',
    message: `${join.files} has more than ${MOST_ROWS} rows, too many to be joined.`,
    remedy: 'Join them where they are exported, or split the export by time.',
  });
}
