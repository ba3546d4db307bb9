import type { ClientBase } from 'pg';
import { type CopyToStreamQuery, to as copyTo } from 'pg-copy-streams';

/** Bytes of `COPY (query) TO STDOUT` as they come, and at the end rowCount; `options` as in PostgreSQL, e.g. `FORMAT csv, HEADER`. */
export function copyOut(client: ClientBase, query: string, options: string): CopyToStreamQuery {
  return client.query(copyTo(`COPY (${query}) TO STDOUT WITH (${options})`));
}
