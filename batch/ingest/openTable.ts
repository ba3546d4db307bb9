import { BatchError } from '../errors.ts';
import { openCsvTable } from './csvTable.ts';
import { findFields } from './fieldTable.ts';
import type { InputFile } from './inputFile.ts';
import { type JsonRow, openJsonTable } from './jsonTable.ts';
import type { Kind } from './kinds.ts';
import type { Mapping } from './mapping.ts';
import { emptyFile, openText, type TextBlock } from './openText.ts';
import type { FieldTable, Table } from './table.ts';

/**
 * Opens a CSV file as a table. For lists that are not of orders, products or customers.
 * @throws BatchError as openTable
 */
export async function openCsvFile(file: InputFile, delimiter: string | null): Promise<Table> {
  return openCsvTable(await beginText(file), delimiter);
}

/**
 * Opens a file of orders, products or customers, CSV or JSON Lines (told by its first character), packed
 * by gzip or not, and finds out where its fields stand.
 * @param join adds columns of other files to those of a CSV file
 * @throws BatchError not_csv, empty_file, cut_off, damaged_gzip, column_missing, columns_unknown
 */
export async function openTable(
  file: InputFile,
  {
    kind,
    mapping,
    join = async (table) => table,
  }: {
    readonly kind: Kind;
    readonly mapping: Mapping;
    readonly join?: (table: Table) => Promise<Table>;
  },
): Promise<FieldTable> {
  const text = await beginText(file);
  const begin = text.first.lines
    .find((line) => line.trim() !== '')
    ?.replace(/^\uFEFF/, '')
    .trimStart();
  if (begin?.startsWith('{') !== true)
    return findFields(await join(openCsvTable(text, mapping.delimiter)), kind, mapping);
  const rows = {
    name: file.name,
    totalBytes: file.bytes,
    blocks: jsonRows(file.name, text),
    close: () => text.blocks.return(undefined),
  };
  return await openJsonTable(rows, kind, { mapping });
}

async function beginText(file: InputFile) {
  const text = openText(file);
  const blocks = text.blocks();
  const first = await blocks.next();
  if (first.done) throw emptyFile(file.name);
  return { file: text, first: first.value, blocks };
}

interface BegunText {
  readonly first: TextBlock;
  readonly blocks: AsyncIterable<TextBlock>;
}

async function* jsonRows(name: string, { first, blocks }: BegunText) {
  let line = 0;
  async function* all() {
    yield first;
    yield* blocks;
  }
  for await (const block of all()) {
    const rows: JsonRow[] = [];
    block.lines.forEach((text, i) => {
      line++;
      if (text.trim() === '') return;
      const record = parseLine(text);
      const cut = record === undefined && block.last && !block.endsInNewline && i === block.lines.length - 1;
      if (cut) throw cutOff(name, line);
      rows.push({ line, record });
    });
    yield { rows, bytesRead: block.bytesRead };
  }
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function cutOff(name: string, line: number): BatchError {
  return new BatchError({
    code: 'cut_off',
    message: `${name} is cut off: it ends in the middle of line ${line}. Nothing of it was loaded.`,
    remedy: 'Copy or export the file again, then repeat the command.',
  });
}
