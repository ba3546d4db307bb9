import { appendFile, mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Field } from '../schemas/avro.ts';
import type { TableBuilder } from './table.ts';

/** A streamed record: a field's name and its value as text; absent fields are not named. */
export const StreamedRow = z.record(z.string(), z.string());
export type StreamedRow = z.infer<typeof StreamedRow>;

const NEWLINE = 10;

/** Where the records streamed to a dataset are kept, below the data folder: one JSON object a line. */
export const streamPath = (groupName: string, type: string) => `streams/${groupName}-${type}.jsonl`;

/** What is done to a stream at the moment, by path: one thing after another. */
const busy = new Map<string, Promise<unknown>>();

/** Runs `work` when all before it on that path has ended. Streams are written by the main thread only. */
function inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
  const before = busy.get(path) ?? Promise.resolve();
  const done = before.then(work, work);
  busy.set(path, done);
  const forget = () => busy.get(path) === done && busy.delete(path);
  done.then(forget, forget);
  return done;
}

const textOf = (rows: readonly StreamedRow[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** True when a crash cut off the last line: what follows must not be taken for its end. */
async function endsTorn(path: string): Promise<boolean> {
  const size = await streamBytes(path);
  if (size === 0) return false;
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== NEWLINE;
  } finally {
    await file.close();
  }
}

export function appendToStream(path: string, rows: readonly StreamedRow[]): Promise<void> {
  return inTurn(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    const start = (await endsTorn(path)) ? '\n' : '';
    await appendFile(path, start + textOf(rows), { mode: 0o600 });
  });
}

/** Bytes of a stream, 0 when nothing was streamed. */
export async function streamBytes(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

/** A line's record; null for one that a crash cut off. */
function readLine(line: string): StreamedRow | null {
  try {
    return StreamedRow.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

async function readStream(path: string): Promise<StreamedRow[]> {
  if ((await streamBytes(path)) === 0) return [];
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines
    .slice(0, -1)
    .map(readLine)
    .filter((row) => row !== null);
}

/** Adds what was streamed to a table; records that break the schema by now are passed over. */
export async function addStream(path: string, fields: readonly Field[], table: TableBuilder): Promise<void> {
  for (const row of await readStream(path)) {
    const complete = fields.every(({ name, nullable }) => nullable || row[name] !== undefined);
    if (complete) table.add(({ name }) => row[name] ?? '');
  }
}

/** Takes the records out for which `drops` is true; answers how many. The file is replaced whole. */
export function dropFromStream(path: string, drops: (row: StreamedRow) => boolean): Promise<number> {
  return inTurn(path, async () => {
    const rows = await readStream(path);
    const kept = rows.filter((row) => !drops(row));
    if (kept.length < rows.length) {
      await writeFile(`${path}.tmp`, textOf(kept), { mode: 0o600 });
      await rename(`${path}.tmp`, path);
    }
    return rows.length - kept.length;
  });
}
