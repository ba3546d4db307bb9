import { join } from 'node:path';
import { readCsv } from '../data/csv.ts';
import { appendRows, latestOfEach } from '../data/dataset.ts';
import { createTableBuilder, type TableBuilder } from '../data/table.ts';
import { readTable, writeTable } from '../data/tableFiles.ts';
import { MIN_INCREMENTAL_RECORDS } from '../limits.ts';
import type { Field } from '../schemas/avro.ts';
import { JobFailure } from '../state/jobFailure.ts';
import { openS3, type S3Settings } from '../storage/client.ts';
import { parseLocation } from '../storage/location.ts';
import { listKeys, readObject } from '../storage/objects.ts';

/** Plain data: it crosses to a worker thread. */
export interface ImportTask {
  readonly kind: 'import';
  readonly s3: S3Settings;
  readonly dataDir: string;
  /** `s3://bucket/file.csv`, or a folder of CSV files. */
  readonly location: string;
  readonly fields: readonly Field[];
  /** Folder of the table to write, below `dataDir`. */
  readonly target: string;
  readonly mode: 'FULL' | 'INCREMENTAL';
  /** INCREMENTAL: folder of the bulk data to add to; null when there is none yet. */
  readonly previous: string | null;
  /** The column that names a row: later rows replace earlier ones of the same name. null: every row is kept. */
  readonly key: string | null;
  readonly minimums: boolean;
}

export interface ImportResult {
  readonly rows: number;
}

async function readFiles(task: ImportTask, builder: TableBuilder): Promise<void> {
  const access = openS3(task.s3);
  try {
    const location = parseLocation(task.location);
    if (location === null) throw new JobFailure('Invalid S3 input path');
    const found = await listKeys(access, location);
    const isFile = found.includes(location.key);
    const folder = location.key.endsWith('/') || location.key === '' ? location.key : `${location.key}/`;
    const keys = isFile
      ? [location.key]
      : found.filter((key) => key.startsWith(folder) && key.endsWith('.csv'));
    if (keys.length === 0) throw new JobFailure('Invalid S3 input path');
    for (const key of keys)
      await readCsv(await readObject(access, { bucket: location.bucket, key }), task.fields, builder);
  } finally {
    access.close();
  }
}

/** Reads CSV from S3 and stores it as the dataset's bulk data. FULL replaces, INCREMENTAL adds. */
export async function importData(task: ImportTask): Promise<ImportResult> {
  const builder = createTableBuilder(task.fields);
  if (task.previous !== null) appendRows(builder, await readTable(join(task.dataDir, task.previous)));
  const before = builder.rows;
  await readFiles(task, builder);
  const added = builder.rows - before;
  if (task.mode === 'INCREMENTAL' && task.minimums && added < MIN_INCREMENTAL_RECORDS) {
    throw new JobFailure(`Incremental imports must have at least ${MIN_INCREMENTAL_RECORDS} records.`);
  }
  const table = builder.finish();
  await writeTable(
    join(task.dataDir, task.target),
    task.key === null ? table : latestOfEach(table, task.key),
  );
  return { rows: added };
}
