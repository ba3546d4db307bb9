import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Field } from '../schemas/avro.ts';
import { readCsv } from './csv.ts';
import { createTableBuilder, textAt } from './table.ts';
import { readTable, writeTable } from './tableFiles.ts';

const field = (name: string, type: Field['type']): Field => ({
  name,
  type,
  nullable: true,
  categorical: false,
  textual: false,
});
const FIELDS = [
  field('ID', 'string'),
  field('PRICE', 'double'),
  field('COUNT', 'long'),
  field('OPEN', 'boolean'),
];

/** Rows as texts, '' for absent values. */
const rows = fc.array(
  fc.tuple(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc
      .option(fc.double({ noNaN: true, noDefaultInfinity: true }))
      .map((value) => (value === null ? '' : String(value + 0))),
    fc.option(fc.maxSafeInteger()).map((value) => (value === null ? '' : String(value))),
    fc.constantFrom('true', 'false', ''),
  ),
);

describe('a table', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'table-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is the same after CSV, memory and files, whatever the values', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (texts) => {
        const csv = stringify([FIELDS.map(({ name }) => name), ...texts]);
        const builder = createTableBuilder(FIELDS);
        await readCsv(Readable.from([Buffer.from(csv)]), FIELDS, builder);
        const path = join(folder, 'table');
        await writeTable(path, builder.finish());
        const table = await readTable(path);
        const read = Array.from({ length: table.rows }, (_, row) =>
          FIELDS.map((one) => textAt(table, one, row)),
        );
        expect(read).toEqual(texts);
      }),
      { numRuns: 60 },
    );
  });

  it('reads only the fields asked for', async () => {
    const table = await readTable(join(folder, 'table'), new Set(['PRICE']));
    expect([...table.columns.keys()]).toEqual(['PRICE']);
  });

  it('passes over columns that the schema does not name', async () => {
    const builder = createTableBuilder(FIELDS.slice(0, 2));
    await readCsv(Readable.from(['\uFEFFID,NOTE,PRICE\r\nx,"a, b",1.5\r\n']), FIELDS.slice(0, 2), builder);
    const table = builder.finish();
    expect(FIELDS.slice(0, 2).map((one) => textAt(table, one, 0))).toEqual(['x', '1.5']);
  });
});
