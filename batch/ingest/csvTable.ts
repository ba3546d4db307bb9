import { parse } from 'csv-parse/sync';
import { BatchError } from '../errors.ts';
import { rowsOfLines } from './csvRows.ts';
import { emptyFile, type TextBlock, type TextFile } from './openText.ts';
import type { Table, TableRow } from './table.ts';

const DELIMITERS = [',', ';', '\t', '|'];

export interface OpenedText {
  readonly file: TextFile;
  /** Already taken from `blocks`. */
  readonly first: TextBlock;
  readonly blocks: AsyncGenerator<TextBlock>;
}

/**
 * A table whose header has been read. The delimiter is the commonest of , ; tab | in the header unless given.
 * @throws BatchError empty_file, not_csv, cut_off
 */
export function openCsvTable({ file, first, blocks }: OpenedText, delimiter: string | null): Table {
  const { lines } = first;
  const headerIndex = lines.findIndex((line) => line.trim() !== '');
  const headerLine = lines[headerIndex];
  if (headerLine === undefined) throw emptyFile(file.name);
  const separator = delimiter ?? commonestDelimiter(headerLine);
  const header = readHeader(file.name, headerLine, separator);
  const body = { ...first, lines: lines.slice(headerIndex + 1) };
  const format = { name: file.name, delimiter: separator, columns: header.length };
  return {
    name: file.name,
    header,
    totalBytes: file.totalBytes,
    blocks: readRows([body], blocks, { format, firstLine: headerIndex + 2 }),
    close: () => blocks.return(undefined),
  };
}

async function* readRows(
  begun: readonly TextBlock[],
  blocks: AsyncGenerator<TextBlock>,
  place: { format: { name: string; delimiter: string; columns: number }; firstLine: number },
): AsyncGenerator<{ rows: TableRow[]; bytesRead: number }> {
  let line = place.firstLine;
  let unfinished: readonly string[] = [];
  async function* all(): AsyncGenerator<TextBlock> {
    yield* begun;
    yield* blocks;
  }
  for await (const block of all()) {
    const lines = unfinished.length === 0 ? block.lines : [...unfinished, ...block.lines];
    const result = rowsOfLines(
      { lines, firstLine: line, last: block.last, endsInNewline: block.endsInNewline },
      place.format,
    );
    unfinished = result.unfinished;
    line += lines.length - unfinished.length;
    yield { rows: result.rows, bytesRead: block.bytesRead };
  }
}

function commonestDelimiter(headerLine: string): string {
  const counts = DELIMITERS.map((delimiter) => headerLine.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function readHeader(name: string, line: string, delimiter: string): string[] {
  try {
    const [header] = parse(line, { delimiter, relax_quotes: true, relax_column_count: true, trim: true });
    if (header !== undefined) return header;
  } catch (cause) {
    throw new BatchError({
      code: 'not_csv',
      message: `The header line of ${name} cannot be read: its quotes do not match.`,
      remedy: 'Write each column name once, between matching quotes or none.',
      cause,
    });
  }
  throw new BatchError({
    code: 'not_csv',
    message: `${name} has no header line.`,
    remedy: 'The first line must name the columns.',
  });
}
