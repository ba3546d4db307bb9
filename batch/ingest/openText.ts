import { pipeline, Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';
import { BatchError } from '../errors.ts';
import { encodingOf, refuseOtherFormats } from './fileFormat.ts';
import type { InputFile } from './inputFile.ts';

const GUNZIP_BYTES = 1 << 18;
/** More than this without a line break is not a table of orders. */
const LONGEST_LINE = 1 << 20;

/** Whole physical lines of a file, with the bytes read from disk so far (of the compressed file). */
export interface TextBlock {
  readonly lines: readonly string[];
  readonly bytesRead: number;
  /** The last block of the file. */
  readonly last: boolean;
  /** False when the file ends without a line break: its last line may be cut off. */
  readonly endsInNewline: boolean;
}

export interface TextFile {
  readonly name: string;
  readonly totalBytes: number;
  blocks(): AsyncGenerator<TextBlock>;
}

/** Opens a text file, or a gzip of one (told by its first bytes, not its name), for streaming. */
export function openText(file: InputFile): TextFile {
  return { name: file.name, totalBytes: file.bytes, blocks: () => readBlocks(file) };
}

/** @throws BatchError not_csv, empty_file, cut_off, damaged_gzip */
async function* readBlocks(file: InputFile): AsyncGenerator<TextBlock> {
  const { bytes, read } = openBytes(file);
  let decoder: TextDecoder | null = null;
  let lineBreak: LineBreak | null = null;
  let rest = '';
  try {
    for await (const chunk of bytes) {
      if (decoder === null) {
        refuseOtherFormats(file.name, chunk);
        decoder = new TextDecoder(encodingOf(chunk));
      }
      const text = rest + decoder.decode(chunk, { stream: true });
      lineBreak ??= lineBreakOf(text);
      const end = lineBreak === null ? -1 : text.lastIndexOf(lineBreak);
      rest = end === -1 ? text : text.slice(end + 1);
      if (rest.length > LONGEST_LINE) throw noLineBreaks(file.name);
      if (end !== -1) yield block(text.slice(0, end), read(), false, lineBreak);
    }
  } catch (cause) {
    throw readError(file.name, cause);
  }
  if (decoder === null) throw emptyFile(file.name);
  rest += decoder.decode();
  yield { ...block(rest, read(), true, lineBreak), endsInNewline: rest === '' };
}

/** The bytes of a file, unpacked, and how many of it have been read so far. */
function openBytes(file: InputFile): { bytes: AsyncIterable<Uint8Array>; read: () => number } {
  let read = 0;
  async function* counted() {
    for await (const chunk of file.open()) {
      read += chunk.length;
      yield chunk;
    }
  }
  async function* unpacked(): AsyncGenerator<Uint8Array> {
    const chunks = counted();
    const head = await readHead(chunks);
    async function* all() {
      if (head.length > 0) yield head;
      yield* chunks;
    }
    if (head[0] !== 0x1f || head[1] !== 0x8b) yield* all();
    else yield* pipeline(Readable.from(all()), createGunzip({ chunkSize: GUNZIP_BYTES }), () => undefined);
  }
  return { bytes: unpacked(), read: () => read };
}

/** The first bytes, enough to tell a gzip by. */
async function readHead(chunks: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await chunks.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

type LineBreak = '\n' | '\r';

/** Lone CRs end lines where there is no LF, as Excel for Mac writes "CSV (Macintosh)"; null: not known yet. */
function lineBreakOf(text: string): LineBreak | null {
  if (text.includes('\n')) return '\n';
  return /\r./.test(text) ? '\r' : null;
}

function block(text: string, bytesRead: number, last: boolean, lineBreak: LineBreak | null): TextBlock {
  const lines = text.split(lineBreak ?? '\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line.endsWith('\r')) lines[i] = line.slice(0, -1);
  }
  return { lines, bytesRead, last, endsInNewline: true };
}

export function emptyFile(name: string): BatchError {
  return new BatchError({
    code: 'empty_file',
    message: `${name} is empty.`,
    remedy: 'Export it again: a CSV file with a header line, or JSON Lines, is expected.',
  });
}

function noLineBreaks(name: string): BatchError {
  return new BatchError({
    code: 'not_csv',
    message: `${name} is not a table: a line is longer than 1 MB.`,
    remedy: 'Export the table as CSV (UTF-8) with one line per order line.',
  });
}

function readError(name: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'Z_BUF_ERROR') {
    return new BatchError({
      code: 'cut_off',
      message: `${name} is cut off: the gzip data ends in the middle. Nothing was loaded.`,
      remedy: 'Copy or export the file again, then repeat the command.',
      cause,
    });
  }
  if (code.startsWith('Z_')) {
    return new BatchError({
      code: 'damaged_gzip',
      message: `${name} is damaged: its gzip data cannot be unpacked. Nothing was loaded.`,
      remedy: 'Copy or export the file again (transfer it in binary mode), then repeat the command.',
      cause,
    });
  }
  return cause;
}
