import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { addStream } from '../data/stream.ts';
import { createTableBuilder, type Table, textAt } from '../data/table.ts';
import { readTable } from '../data/tableFiles.ts';
import type { Field } from '../schemas/avro.ts';
import { JobFailure } from '../state/jobFailure.ts';
import { openS3, type S3Settings } from '../storage/client.ts';
import { asFolder, parseLocation } from '../storage/location.ts';
import { type OpenObject, openObject } from '../storage/upload.ts';

/** Plain data: it crosses to a worker thread. */
export interface ExportTask {
  readonly kind: 'export';
  readonly s3: S3Settings;
  readonly dataDir: string;
  readonly fields: readonly Field[];
  /** null: nothing was imported yet. */
  readonly bulk: string | null;
  readonly stream: string;
  readonly mode: 'BULK' | 'PUT' | 'ALL';
  readonly outputPath: string;
  /** Name of the file to write, without `.csv`. */
  readonly name: string;
}

const ROWS_AT_ONCE = 10_000;

async function writeRows(output: OpenObject, table: Table, fields: readonly Field[]): Promise<void> {
  for (let from = 0; from < table.rows; from += ROWS_AT_ONCE) {
    const rows: string[][] = [];
    for (let row = from; row < Math.min(table.rows, from + ROWS_AT_ONCE); row++) {
      rows.push(fields.map((field) => textAt(table, field, row)));
    }
    await output.write(stringify(rows));
  }
}

async function streamedTable({ dataDir, fields, stream }: ExportTask): Promise<Table> {
  const builder = createTableBuilder(fields);
  await addStream(join(dataDir, stream), fields, builder);
  return builder.finish();
}

/** Writes a dataset as CSV: what was imported (BULK), streamed (PUT), or both. */
export async function exportData(task: ExportTask): Promise<void> {
  const target = parseLocation(task.outputPath);
  if (target === null) throw new JobFailure('Invalid S3 output path');
  const access = openS3(task.s3);
  try {
    const output = openObject(access, {
      bucket: target.bucket,
      key: `${asFolder(target.key)}${task.name}.csv`,
    });
    try {
      await output.write(stringify([task.fields.map(({ name }) => name)]));
      const { bulk, mode, fields } = task;
      if (mode !== 'PUT' && bulk !== null)
        await writeRows(output, await readTable(join(task.dataDir, bulk)), fields);
      if (mode !== 'BULK') await writeRows(output, await streamedTable(task), fields);
      await output.finish();
    } catch (error) {
      await output.abort();
      throw error;
    }
  } finally {
    access.close();
  }
}
