import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const FLUSH_BYTES = 256 * 1024;

/** Writes rows in PostgreSQL's binary COPY form, field by field, each of its column's own type. */
export interface RowWriter {
  row(fields: number): void;
  int32(value: number): void;
  /** Two halves of a bigint: signed upper, unsigned lower. */
  bigint(high: number, low: number): void;
  text(value: string): void;
  bytes(value: Uint8Array): void;
  /** Hands over what is full; await it after every row or few: it waits while the server is behind. */
  drain(): Promise<void>;
}

/**
 * COPY … FROM STDIN of the rows that `write` produces. Rejects with the server's error; nothing of a
 * failed COPY stays. Format: PostgreSQL manual, COPY, "Binary Format".
 * @param target e.g. `snapshot_users_7 (snapshot_id, customer_key)`
 * @param options e.g. `FREEZE`
 */
export async function writeRows(
  client: ClientBase,
  { target, options = [] }: { readonly target: string; readonly options?: readonly string[] },
  write: (rows: RowWriter) => Promise<void>,
): Promise<void> {
  const stream = client.query(
    copyFrom(`COPY ${target} FROM STDIN (${['FORMAT binary', ...options].join(', ')})`),
  );
  const done = finished(stream);
  // The failure is awaited below; until then it must not count as unhandled.
  done.catch(() => undefined);
  const writer = new BinaryWriter(async (chunk) => {
    if (stream.write(chunk)) return;
    await Promise.race([once(stream, 'drain'), done]);
  });
  try {
    await write(writer);
    await writer.end();
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
    await done.catch(() => undefined);
    throw error;
  }
  stream.end();
  await done;
}

class BinaryWriter implements RowWriter {
  #buffer = Buffer.allocUnsafe(2 * FLUSH_BYTES);
  #at = 0;
  readonly #send: (chunk: Buffer) => Promise<void>;

  constructor(send: (chunk: Buffer) => Promise<void>) {
    this.#send = send;
    SIGNATURE.copy(this.#buffer);
    this.#at = SIGNATURE.length;
    this.#buffer.fill(0, this.#at, this.#at + 8);
    this.#at += 8;
  }

  row(fields: number): void {
    this.#room(2);
    this.#at = this.#buffer.writeInt16BE(fields, this.#at);
  }

  int32(value: number): void {
    this.#room(8);
    this.#at = this.#buffer.writeInt32BE(4, this.#at);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
  }

  bigint(high: number, low: number): void {
    this.#room(12);
    this.#at = this.#buffer.writeInt32BE(8, this.#at);
    this.#at = this.#buffer.writeInt32BE(high, this.#at);
    this.#at = this.#buffer.writeUInt32BE(low, this.#at);
  }

  text(value: string): void {
    this.bytes(Buffer.from(value, 'utf8'));
  }

  bytes(value: Uint8Array): void {
    this.#room(4 + value.byteLength);
    this.#at = this.#buffer.writeInt32BE(value.byteLength, this.#at);
    this.#buffer.set(value, this.#at);
    this.#at += value.byteLength;
  }

  async drain(): Promise<void> {
    if (this.#at >= FLUSH_BYTES) await this.#flush();
  }

  async end(): Promise<void> {
    this.#room(2);
    this.#at = this.#buffer.writeInt16BE(-1, this.#at);
    await this.#flush();
  }

  async #flush(): Promise<void> {
    const chunk = this.#buffer.subarray(0, this.#at);
    this.#buffer = Buffer.allocUnsafe(2 * FLUSH_BYTES);
    this.#at = 0;
    await this.#send(chunk);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
