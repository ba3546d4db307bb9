import type { RejectReason } from './rejectReason.ts';
import type { TableRow } from './table.ts';
import { hasControlCharacter, isNothing, isUnreadable, oneLine } from './values.ts';

export const LONGEST_ID = 256;
const LONGEST_TEXT = 2000;

/** Thrown nowhere: a row that cannot be loaded is a value. */
export type Rejected = { readonly rejected: RejectReason };

/** What is wrong with a row as a whole, before its cells are looked at. */
export function rowProblem(row: TableRow, columns: number): RejectReason | null {
  if (row.problem !== null) return row.problem;
  if (row.cells.length === columns) return null;
  const surplus = row.cells.slice(columns);
  return row.cells.length > columns && surplus.every((cell) => cell.trim() === '')
    ? null
    : 'wrong_number_of_columns';
}

/** The trimmed text of a cell; '' when the file has no such column. */
export function cellText(cells: readonly string[], column: number): string {
  return column === -1 ? '' : (cells[column] ?? '').trim();
}

/** What is wrong with an id that must be there. */
export function idProblem(id: string, missing: RejectReason): RejectReason | null {
  if (isNothing(id)) return missing;
  if (id.length > LONGEST_ID) return 'id_too_long';
  return hasControlCharacter(id) || isUnreadable(id) ? 'unreadable_characters' : null;
}

/** One line of text, null when there is none, undefined when it cannot be read. */
export function readName(cells: readonly string[], column: number): string | null | undefined {
  const text = cellText(cells, column);
  if (isNothing(text)) return null;
  if (isUnreadable(text)) return undefined;
  return oneLine(text).slice(0, LONGEST_TEXT);
}

/** Levels of a category, department first: "Bed > Pillows", "Bed|Pillows" or "Bed/Pillows". */
export function categoryLevels(text: string): string[] {
  const separator = /[>|]/.test(text) ? /\s*[>|]\s*/ : /\s*\/\s*/;
  return text.split(separator).filter((level) => level !== '');
}
