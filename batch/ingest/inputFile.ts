import { createReadStream } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { BatchError } from '../errors.ts';

const READ_BYTES = 1 << 20;

/** A file to be read, on a disk or in a bucket. */
export interface InputFile {
  readonly name: string;
  readonly bytes: number;
  open(): AsyncIterable<Uint8Array>;
}

/** @throws BatchError file_unreadable */
export async function localFile(path: string): Promise<InputFile> {
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new Error('it is not a regular file');
    await access(path, constants.R_OK);
    return {
      name: basename(path),
      bytes: info.size,
      open: () => createReadStream(path, { highWaterMark: READ_BYTES }),
    };
  } catch (cause) {
    throw new BatchError({
      code: 'file_unreadable',
      message: `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      remedy: 'Check the path and that this user may read the file.',
      cause,
    });
  }
}
