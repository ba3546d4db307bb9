import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { type CopyToStreamQuery, from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** Bytes of `COPY (query) TO STDOUT` as they come, and at the end rowCount; `options` as in PostgreSQL, e.g. `FORMAT csv, HEADER`. */
export function copyOut(client: ClientBase, query: string, options: string): CopyToStreamQuery {
  return client.query(copyTo(`COPY (${query}) TO STDOUT WITH (${options})`));
}

/**
 * `COPY target FROM STDIN`, `target` being a table with its columns. Chunks are sent as they come.
 * @returns rows written
 */
export async function copyIn(
  client: ClientBase,
  target: string,
  options: string,
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  signal?: AbortSignal,
): Promise<number> {
  const stream = client.query(copyFrom(`COPY ${target} FROM STDIN WITH (${options})`));
  await pipeline(Readable.from(chunks, { objectMode: true }), stream, signal ? { signal } : {});
  return stream.rowCount ?? 0;
}
