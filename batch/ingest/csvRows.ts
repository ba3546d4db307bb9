import { parse } from 'csv-parse/sync';
import { BatchError } from '../errors.ts';
import type { TableRow } from './table.ts';

/** A row of a CSV file; of one whose quotes never close, the whole line is the one cell. */
type CsvRow = TableRow;

interface Lines {
  readonly lines: readonly string[];
  readonly firstLine: number;
  readonly last: boolean;
  readonly endsInNewline: boolean;
}

interface CsvFormat {
  readonly name: string;
  readonly delimiter: string;
  readonly columns: number;
}

interface RowsResult {
  readonly rows: CsvRow[];
  /** Lines at the end that belong to a row of the next block. */
  readonly unfinished: readonly string[];
}

/** A quoted cell over more lines than this is taken for a stray quote. */
const LONGEST_ROW_IN_LINES = 64;

/**
 * Splits lines into rows. Lines without a quote, nearly all of a usual export, are split directly;
 * those with quotes go through csv-parse in one call. Only where that does not come out even is
 * each line looked at alone, so that one stray quote costs one row and not the rest of the file.
 * @throws BatchError cut_off when the file ends inside its last row
 */
export function rowsOfLines(input: Lines, format: CsvFormat): RowsResult {
  const quoted = input.lines.filter((line) => line.includes('"'));
  const records = quoted.length === 0 ? [] : parseEach(quoted, format);
  if (records === null) return rowsLineByLine(input, format);
  const rows: CsvRow[] = [];
  let next = 0;
  for (let i = 0; i < input.lines.length; i++) {
    const line = input.lines[i] as string;
    const cells = line.includes('"') ? records[next++] : line.split(format.delimiter);
    if (line.trim() === '' || cells === undefined) continue;
    rows.push({ line: input.firstLine + i, cells, problem: null });
  }
  refuseCutOff(rows.at(-1), input, format);
  return { rows, unfinished: [] };
}

/** One record a line, or null when some line is not a whole, well-formed row by itself. */
function parseEach(lines: readonly string[], format: CsvFormat): string[][] | null {
  const records = parseStrictly(lines.join('\n'), format.delimiter);
  if (!Array.isArray(records) || records.length !== lines.length) return null;
  return records.every((record) => record.length === format.columns) ? records : null;
}

function rowsLineByLine(input: Lines, format: CsvFormat): RowsResult {
  const rows: CsvRow[] = [];
  let i = 0;
  while (i < input.lines.length) {
    const text = input.lines[i] as string;
    const line = input.firstLine + i;
    if (!text.includes('"')) {
      if (text.trim() !== '') rows.push({ line, cells: text.split(format.delimiter), problem: null });
      i++;
      continue;
    }
    const row = parseRowAt(input.lines, i, format.delimiter);
    if (row === 'unfinished' && !input.last) return { rows, unfinished: input.lines.slice(i) };
    if (row === 'unfinished' && !input.endsInNewline) throw cutOff(format.name, line);
    if (typeof row === 'string') {
      rows.push({ line, cells: [text], problem: 'unbalanced_quotes' });
      i++;
    } else {
      rows.push({ line, cells: row.cells, problem: null });
      i += row.lines;
    }
  }
  refuseCutOff(rows.at(-1), input, format);
  return { rows, unfinished: [] };
}

/** The row that begins at a line and may go on over the next ones. */
function parseRowAt(
  lines: readonly string[],
  start: number,
  delimiter: string,
): { cells: string[]; lines: number } | 'unbalanced' | 'unfinished' {
  let text = '';
  for (let n = 1; n <= LONGEST_ROW_IN_LINES; n++) {
    const line = lines[start + n - 1];
    if (line === undefined) return 'unfinished';
    text = n === 1 ? line : `${text}\n${line}`;
    const records = parseStrictly(text, delimiter);
    if (Array.isArray(records)) return { cells: records[0] ?? [], lines: n };
    if (records === 'open') continue;
    // A quote inside an unquoted cell, as in 24" table: kept as it is, when the line stands alone.
    const relaxed = n === 1 ? parseRelaxed(text, delimiter) : null;
    return relaxed === null ? 'unbalanced' : { cells: relaxed, lines: 1 };
  }
  return 'unbalanced';
}

function parseStrictly(text: string, delimiter: string): string[][] | 'open' | 'malformed' {
  try {
    return parse(text, { delimiter, relax_column_count: true });
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'open'
      : 'malformed';
  }
}

function parseRelaxed(text: string, delimiter: string): string[] | null {
  try {
    return parse(text, { delimiter, relax_column_count: true, relax_quotes: true })[0] ?? null;
  } catch {
    return null;
  }
}

function refuseCutOff(row: CsvRow | undefined, input: Lines, format: CsvFormat): void {
  if (!input.last || input.endsInNewline || row === undefined) return;
  if (row.cells.length < format.columns) throw cutOff(format.name, row.line);
}

function cutOff(name: string, line: number): BatchError {
  return new BatchError({
    code: 'cut_off',
    message: `${name} is cut off: it ends in the middle of line ${line}. Nothing was loaded.`,
    remedy: 'Copy or export the file again, then repeat the command.',
  });
}
