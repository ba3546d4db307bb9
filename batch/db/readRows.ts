import type { Readable } from 'node:stream';
import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

const SIGNATURE_BYTES = 11;
const HEAD_BYTES = SIGNATURE_BYTES + 8;
const END = -1;

/**
 * The rows of one chunk, read in place: next() steps to the following row, then each field is read by
 * position as the type its column has. A text or bytes field that is NULL reads as null.
 */
export interface RowCursor {
  next(): boolean;
  int32(field: number): number;
  bigint(field: number): bigint;
  text(field: number): string | null;
  /** A view that is valid until the next chunk. */
  bytes(field: number): Uint8Array | null;
}

/**
 * Streams a query's rows in PostgreSQL's binary COPY form, chunk by chunk, without an object a row.
 * Use: `for await (const rows of readRows(…)) while (rows.next()) …`
 * Format: PostgreSQL manual, COPY, "Binary Format".
 * @param query without parameters; its integers must be int4 or int8 as they are read
 */
export async function* readRows(
  client: ClientBase,
  query: string,
  fields: number,
): AsyncGenerator<RowCursor, void, undefined> {
  const stream: Readable = client.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT binary)`));
  const cursor = new ChunkCursor(fields);
  for await (const chunk of stream) {
    cursor.feed(chunk);
    yield cursor;
  }
}

class ChunkCursor implements RowCursor {
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  #headSeen = false;
  readonly #fields: number;
  readonly #starts: Int32Array;
  readonly #lengths: Int32Array;

  constructor(fields: number) {
    this.#fields = fields;
    this.#starts = new Int32Array(fields);
    this.#lengths = new Int32Array(fields);
  }

  feed(chunk: Buffer): void {
    const rest = this.#chunk.subarray(this.#at);
    this.#chunk = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at = 0;
  }

  next(): boolean {
    const chunk = this.#chunk;
    if (!this.#headSeen) {
      if (chunk.length < HEAD_BYTES) return false;
      this.#headSeen = true;
      this.#at = HEAD_BYTES + chunk.readInt32BE(SIGNATURE_BYTES + 4);
    }
    let at = this.#at;
    if (at + 2 > chunk.length) return false;
    const fields = chunk.readInt16BE(at);
    if (fields === END) return false;
    if (fields !== this.#fields) throw new RangeError(`${fields} columns instead of ${this.#fields}`);
    at += 2;
    for (let i = 0; i < fields; i++) {
      if (at + 4 > chunk.length) return false;
      const length = chunk.readInt32BE(at);
      this.#starts[i] = at + 4;
      this.#lengths[i] = length;
      at += 4 + Math.max(0, length);
    }
    if (at > chunk.length) return false;
    this.#at = at;
    return true;
  }

  int32(field: number): number {
    return this.#chunk.readInt32BE(this.#starts[field] as number);
  }

  bigint(field: number): bigint {
    return this.#chunk.readBigInt64BE(this.#starts[field] as number);
  }

  text(field: number): string | null {
    const start = this.#starts[field] as number;
    const length = this.#lengths[field] as number;
    return length < 0 ? null : this.#chunk.toString('utf8', start, start + length);
  }

  bytes(field: number): Uint8Array | null {
    const start = this.#starts[field] as number;
    const length = this.#lengths[field] as number;
    return length < 0 ? null : this.#chunk.subarray(start, start + length);
  }
}
