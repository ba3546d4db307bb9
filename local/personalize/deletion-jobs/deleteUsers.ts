import { join } from 'node:path';
import { readCsv } from '../data/csv.ts';
import { createTableBuilder, type Table, textAt, textColumn } from '../data/table.ts';
import { readTable, writeTable } from '../data/tableFiles.ts';
import type { Field } from '../schemas/avro.ts';
import { JobFailure } from '../state/jobFailure.ts';
import { openS3, type S3Settings } from '../storage/client.ts';
import { parseLocation } from '../storage/location.ts';
import { listKeys, readObject } from '../storage/objects.ts';

/** Plain data: it crosses to a worker thread. Paths are below `dataDir`. */
export interface DeletionTask {
  readonly kind: 'deletion';
  readonly s3: S3Settings;
  readonly dataDir: string;
  /** `s3://…`: a CSV with a column USER_ID, or a folder of them. */
  readonly location: string;
  /** Tables with a USER_ID: where each is, where it goes without the users, and whether its records count. */
  readonly tables: readonly {
    readonly folder: string;
    readonly target: string;
    readonly counted: boolean;
  }[];
}

export interface DeletionResult {
  /** Records deleted, of all bulk data. */
  readonly deleted: number;
  /** Whose records are deleted: the streams are left to the caller, which is the one that writes them. */
  readonly users: readonly string[];
}

const USER_ID: Field = {
  name: 'USER_ID',
  type: 'string',
  nullable: false,
  categorical: false,
  textual: false,
};

async function readUsers({ s3, location }: DeletionTask): Promise<ReadonlySet<string>> {
  const source = parseLocation(location);
  if (source === null) throw new JobFailure('Invalid S3 input path');
  const access = openS3(s3);
  try {
    const keys = (await listKeys(access, source)).filter((key) => key.endsWith('.csv'));
    if (keys.length === 0) throw new JobFailure('Invalid S3 input path');
    const builder = createTableBuilder([USER_ID]);
    for (const key of keys)
      await readCsv(await readObject(access, { bucket: source.bucket, key }), [USER_ID], builder);
    return new Set(textColumn(builder.finish(), 'USER_ID')?.values ?? []);
  } finally {
    access.close();
  }
}

function without(table: Table, users: ReadonlySet<string>): Table {
  const builder = createTableBuilder(table.fields);
  for (let row = 0; row < table.rows; row++) {
    if (!users.has(textAt(table, USER_ID, row))) builder.add((field) => textAt(table, field, row));
  }
  return builder.finish();
}

/** Takes all records of the users named out of the bulk data of a group. */
export async function deleteUsers(task: DeletionTask): Promise<DeletionResult> {
  const users = await readUsers(task);
  let deleted = 0;
  for (const { folder, target, counted } of task.tables) {
    const table = await readTable(join(task.dataDir, folder));
    const kept = without(table, users);
    if (counted) deleted += table.rows - kept.rows;
    await writeTable(join(task.dataDir, target), kept);
  }
  return { deleted, users: [...users] };
}
