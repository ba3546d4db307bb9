import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { MAX_ID_LENGTH } from '../limits.ts';
import type { Field } from '../schemas/avro.ts';
import { JobFailure } from '../state/jobFailure.ts';
import type { TableBuilder } from './table.ts';

const NOT_CONFORMING =
  'Input CSV has rows that do not conform to the dataset schema. Please ensure all required data fields are present and that they are of the type specified in the schema.';
const ID_FIELDS = new Set(['USER_ID', 'ITEM_ID']);

/** Reads rows until one is wrong; answers what is wrong with it, or null. */
async function readRows(
  rows: AsyncIterable<string[]>,
  fields: readonly Field[],
  table: TableBuilder,
): Promise<string | null> {
  let places: number[] | null = null;
  let row: readonly string[] = [];
  const text = (field: Field, i: number) => {
    const value = row[places?.[i] ?? -1] ?? '';
    return value.length > MAX_ID_LENGTH && ID_FIELDS.has(field.name) ? '' : value;
  };
  let line = 0;
  for await (row of rows) {
    line++;
    if (places === null) {
      // Columns that the schema does not name are passed over.
      places = fields.map(({ name }) => row.indexOf(name));
      const missing = fields.filter(({ name }) => !row.includes(name)).map(({ name }) => name);
      if (missing.length > 0) return `Input CSV is missing the following columns:[${missing.join(', ')}]`;
      const late = fields.find((_, i) => (places?.[i] ?? 0) < (places?.[i - 1] ?? 0));
      if (late !== undefined)
        return `${NOT_CONFORMING} (The columns must be in the order of the schema: ${late.name} is not.)`;
    } else if (!table.add(text)) {
      return `${NOT_CONFORMING} (First at line ${line}.)`;
    }
  }
  return line === 0 ? 'Input CSV is empty.' : null;
}

const isCsvError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');

/**
 * Reads a CSV stream (UTF-8, header first) into a table. A row that breaks the schema fails the whole job, as
 * on AWS; the line is named, which AWS does not do. Source of the wordings: personalize's developer guide.
 */
export async function readCsv(body: Readable, fields: readonly Field[], table: TableBuilder): Promise<void> {
  let problem: string | null = null;
  try {
    await pipeline(
      body,
      parse({ bom: true, relax_column_count: true }),
      async (rows: AsyncIterable<string[]>) => {
        problem = await readRows(rows, fields, table);
      },
    );
  } catch (error) {
    // A stream left half read ends with an abort of its own: what was found first counts.
    if (problem === null)
      throw isCsvError(error) ? new JobFailure(`${NOT_CONFORMING} (${error.message})`) : error;
  }
  if (problem !== null) throw new JobFailure(problem);
}
