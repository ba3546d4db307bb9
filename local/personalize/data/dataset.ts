import { join } from 'node:path';
import { addStream, streamBytes } from './stream.ts';
import { createTableBuilder, type Table, type TableBuilder, textAt } from './table.ts';
import { readTable } from './tableFiles.ts';

/** A dataset's data, paths below the data folder: plain data, for worker threads. */
export interface DatasetSource {
  /** The bulk data. */
  readonly folder: string;
  /** What was streamed beside it; the file may not be there. */
  readonly stream: string;
}

/** Datasets of a group by type. */
export type DatasetSources = Readonly<Record<string, DatasetSource>>;

/** Rows of these datasets are facts about a thing: the last row of an id counts. */
const KEYS: Readonly<Record<string, string>> = { USERS: 'USER_ID', ITEMS: 'ITEM_ID' };

/** The column that names a row of a dataset, or null where every row is kept. */
export const keyOf = (type: string): string | null => KEYS[type] ?? null;

/** Adds a table's rows to another: fields it lacks are absent. */
export function appendRows(builder: TableBuilder, table: Table): void {
  for (let row = 0; row < table.rows; row++) builder.add((field) => textAt(table, field, row));
}

/** Keeps the last row of each key, in order of first appearance. */
export function latestOfEach(table: Table, key: string): Table {
  const field = table.fields.find(({ name }) => name === key);
  if (field === undefined) return table;
  const rowOf = new Map<string, number>();
  for (let row = 0; row < table.rows; row++) rowOf.set(textAt(table, field, row), row);
  if (rowOf.size === table.rows) return table;
  const builder = createTableBuilder(table.fields);
  for (const row of rowOf.values()) builder.add((one) => textAt(table, one, row));
  return builder.finish();
}

/** Bulk data and what was streamed since, as one table; null when the group has no such dataset. */
export async function readDataset(
  dataDir: string,
  sources: DatasetSources,
  { type, fields }: { readonly type: string; readonly fields?: ReadonlySet<string> },
): Promise<Table | null> {
  const source = sources[type];
  if (source === undefined) return null;
  const bulk = await readTable(join(dataDir, source.folder), fields);
  const stream = join(dataDir, source.stream);
  if ((await streamBytes(stream)) === 0) return bulk;
  const builder = createTableBuilder(bulk.fields);
  appendRows(builder, bulk);
  await addStream(stream, bulk.fields, builder);
  const key = keyOf(type);
  return key === null ? builder.finish() : latestOfEach(builder.finish(), key);
}
