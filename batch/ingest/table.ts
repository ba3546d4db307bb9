import type { RejectReason } from './rejectReason.ts';

/** One row of a table, wherever it came from. */
export interface TableRow {
  /** Physical line of the file, or position in the answer, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** What is wrong with the row as a whole: its cells are then no more than a rest. */
  readonly problem: RejectReason | null;
}

interface TableBlock {
  readonly rows: readonly TableRow[];
  /** Of the file, so far; 0 where there is no file. */
  readonly bytesRead: number;
}

/** Rows under a header, streaming in blocks: a CSV file, flattened JSON, the rows of a query. */
export interface Table {
  readonly name: string;
  readonly header: readonly string[];
  readonly totalBytes: number;
  readonly blocks: AsyncIterable<TableBlock>;
  /** Lets go of what is behind it; needed only when it is not read to its end. */
  close(): Promise<unknown>;
}

/** Where each known field stands among the cells, when whoever made the table has found out. */
export interface FieldTable extends Table {
  readonly columns: Readonly<Record<string, number>>;
  /** Names the rows had before they were put into columns, where those are others than the header's. */
  readonly found?: readonly string[];
  /** Names of columns that are read and stand more than once: the first is. */
  readonly repeated?: readonly string[];
}
