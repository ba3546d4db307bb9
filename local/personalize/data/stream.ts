import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Field } from '../schemas/avro.ts';
import type { TableBuilder } from './table.ts';

/** A streamed record: a field's name and its value as text; absent fields are not named. */
export const StreamedRow = z.record(z.string(), z.string());
export type StreamedRow = z.infer<typeof StreamedRow>;

/** Where the records streamed to a dataset are kept, below the data folder: one JSON object a line. */
export const streamPath = (groupName: string, type: string) => `streams/${groupName}-${type}.jsonl`;

export async function appendToStream(path: string, rows: readonly StreamedRow[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await appendFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { mode: 0o600 });
}

/** Bytes of a stream, 0 when nothing was streamed. */
export async function streamBytes(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

async function readStream(path: string): Promise<StreamedRow[]> {
  if ((await streamBytes(path)) === 0) return [];
  const lines = (await readFile(path, 'utf8')).split('\n');
  // A line cut off by a crash is no record.
  return lines.slice(0, -1).map((line) => StreamedRow.parse(JSON.parse(line)));
}

/** Adds what was streamed to a table; records that break the schema by now are passed over. */
export async function addStream(path: string, fields: readonly Field[], table: TableBuilder): Promise<void> {
  for (const row of await readStream(path)) {
    const complete = fields.every(({ name, nullable }) => nullable || row[name] !== undefined);
    if (complete) table.add(({ name }) => row[name] ?? '');
  }
}

/** Takes the records out for which `drops` is true; answers how many. */
export async function dropFromStream(path: string, drops: (row: StreamedRow) => boolean): Promise<number> {
  const rows = await readStream(path);
  const kept = rows.filter((row) => !drops(row));
  if (kept.length < rows.length)
    await writeFile(path, kept.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return rows.length - kept.length;
}
