import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGunzip, gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse';

const DATA = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/data');

/** Path of a development data set's file, or null when the set is not here. */
export function dataFile(...parts: string[]): string | null {
  const path = join(DATA, ...parts);
  return existsSync(path) ? path : null;
}

/** Rows of a gzipped CSV with a header, one record at a time. */
export async function* csvRows(path: string): AsyncGenerator<Record<string, string>> {
  const rows = createReadStream(path)
    .pipe(createGunzip())
    .pipe(parse({ columns: true }));
  for await (const row of rows) yield row;
}

/** Lines of a small gzipped text file. */
export function gzipLines(path: string): string[] {
  return gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n');
}
