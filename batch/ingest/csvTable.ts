import { parse } from 'csv-parse/sync';
import { BatchError } from '../errors.ts';
import { type CsvRow, rowsOfLines } from './csvRows.ts';
import { openText } from './openText.ts';

interface CsvBlock {
  readonly rows: readonly CsvRow[];
  readonly bytesRead: number;
}

/** A table whose header has been read; its rows stream in blocks of some thousand. */
export interface CsvTable {
  readonly name: string;
  readonly header: readonly string[];
  readonly delimiter: string;
  readonly totalBytes: number;
  readonly blocks: AsyncIterable<CsvBlock>;
  /** Lets go of the file; needed only when it is not read to its end. */
  close(): Promise<unknown>;
}

const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Opens a CSV or CSV.gz file. The delimiter is the commonest of , ; tab | in the header unless given.
 * @throws BatchError file_unreadable, not_csv, empty_file, cut_off, damaged_gzip
 */
export async function openCsvTable(path: string, delimiter: string | null): Promise<CsvTable> {
  const file = await openText(path);
  const blocks = file.blocks();
  const first = await blocks.next();
  const lines = first.done ? [] : first.value.lines;
  const headerIndex = lines.findIndex((line) => line.trim() !== '');
  const headerLine = lines[headerIndex];
  if (headerLine === undefined || first.done) {
    throw new BatchError({
      code: 'empty_file',
      message: `${file.name} is empty.`,
      remedy: 'Export it again: a CSV file with a header line is expected.',
    });
  }
  const separator = delimiter ?? commonestDelimiter(headerLine);
  const header = readHeader(file.name, headerLine, separator);
  const body = { ...first.value, lines: lines.slice(headerIndex + 1) };
  const format = { name: file.name, delimiter: separator, columns: header.length };
  return {
    name: file.name,
    header,
    delimiter: separator,
    totalBytes: file.totalBytes,
    blocks: readRows([body], blocks, { format, firstLine: headerIndex + 2 }),
    close: () => blocks.return(undefined),
  };
}

type TextBlocks = ReturnType<Awaited<ReturnType<typeof openText>>['blocks']>;
type Block = NonNullable<Awaited<ReturnType<TextBlocks['next']>>['value']>;

async function* readRows(
  begun: readonly Block[],
  blocks: TextBlocks,
  place: { format: { name: string; delimiter: string; columns: number }; firstLine: number },
): AsyncGenerator<CsvBlock> {
  let line = place.firstLine;
  let unfinished: readonly string[] = [];
  async function* all(): AsyncGenerator<Block> {
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
