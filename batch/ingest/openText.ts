import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';
import { BatchError } from '../errors.ts';
import { encodingOf, refuseOtherFormats } from './fileFormat.ts';

const READ_BYTES = 1 << 20;
const GUNZIP_BYTES = 1 << 18;
/** More than this without a line break is not a table of orders. */
const LONGEST_LINE = 1 << 20;

/** Whole physical lines of a file, with the bytes read from disk so far (of the compressed file). */
interface TextBlock {
  readonly lines: readonly string[];
  readonly bytesRead: number;
  /** The last block of the file. */
  readonly last: boolean;
  /** False when the file ends without a line break: its last line may be cut off. */
  readonly endsInNewline: boolean;
}

interface TextFile {
  readonly name: string;
  readonly totalBytes: number;
  blocks(): AsyncGenerator<TextBlock>;
}

/**
 * Opens a text file, or a gzip of one (told by its first bytes, not its name), for streaming.
 * @throws BatchError file_unreadable, and from blocks(): not_csv, empty_file, cut_off, damaged_gzip
 */
export async function openText(path: string): Promise<TextFile> {
  const { totalBytes, gzip } = await inspect(path);
  const name = basename(path);
  return { name, totalBytes, blocks: () => readBlocks({ path, name, gzip }) };
}

async function inspect(path: string): Promise<{ totalBytes: number; gzip: boolean }> {
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new Error('it is not a regular file');
    const file = await open(path);
    try {
      const { buffer } = await file.read({ buffer: Buffer.alloc(2), position: 0 });
      return { totalBytes: info.size, gzip: buffer[0] === 0x1f && buffer[1] === 0x8b };
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new BatchError({
      code: 'file_unreadable',
      message: `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      remedy: 'Check the path and that this user may read the file.',
      cause,
    });
  }
}

interface Source {
  readonly path: string;
  readonly name: string;
  readonly gzip: boolean;
}

async function* readBlocks(source: Source): AsyncGenerator<TextBlock> {
  const file = createReadStream(source.path, { highWaterMark: READ_BYTES });
  const bytes: Readable = source.gzip
    ? pipeline(file, createGunzip({ chunkSize: GUNZIP_BYTES }), () => undefined)
    : file;
  let decoder: TextDecoder | null = null;
  let rest = '';
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      if (decoder === null) {
        refuseOtherFormats(source.name, chunk);
        decoder = new TextDecoder(encodingOf(chunk));
      }
      const text = rest + decoder.decode(chunk, { stream: true });
      const end = text.lastIndexOf('\n');
      rest = end === -1 ? text : text.slice(end + 1);
      if (rest.length > LONGEST_LINE) throw noLineBreaks(source.name);
      if (end !== -1) yield block(text.slice(0, end), file.bytesRead, false);
    }
  } catch (cause) {
    throw readError(source.name, cause);
  } finally {
    bytes.destroy();
  }
  if (decoder === null) throw emptyFile(source.name);
  rest += decoder.decode();
  yield { ...block(rest, file.bytesRead, true), endsInNewline: rest === '' };
}

function block(text: string, bytesRead: number, last: boolean): TextBlock {
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line.endsWith('\r')) lines[i] = line.slice(0, -1);
  }
  return { lines, bytesRead, last, endsInNewline: true };
}

function emptyFile(name: string): BatchError {
  return new BatchError({
    code: 'empty_file',
    message: `${name} is empty.`,
    remedy: 'Export it again: a CSV file with a header line is expected.',
  });
}

function noLineBreaks(name: string): BatchError {
  return new BatchError({
    code: 'not_csv',
    message: `${name} is not a CSV file: a line is longer than 1 MB.`,
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
