import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { BatchError } from '../errors.ts';
import { REJECT_REASONS, type RejectReason } from './rejectReason.ts';

const FLUSH_CHARACTERS = 1 << 18;
/** Only who ran the ingest may read it. */
const MODE = 0o600;

interface Reject {
  readonly file: string;
  /** Physical line, from 1; the header is usually line 1. */
  readonly line: number;
  readonly reason: RejectReason;
  /** Already masked. */
  readonly cells: readonly string[];
}

export interface RejectsFile {
  readonly path: string;
  add(reject: Reject): void;
  /** Writes what has gathered; call between blocks. */
  flush(): Promise<void>;
  /** Puts the file in place, replacing one of an earlier ingest; without a reject it holds its header. */
  close(): Promise<void>;
}

/**
 * A CSV of what was not loaded: file, line, reason, row (the masked row as CSV).
 * It is written under a new name and renamed, so an older file's permissions do not count.
 * @throws BatchError rejects_unwritable
 */
export async function openRejects(path: string): Promise<RejectsFile> {
  const unfinished = `${path}.${randomBytes(4).toString('hex')}.part`;
  const file = await openPrivate(unfinished, path);
  let pending = stringify([['file', 'line', 'reason', 'row']]);
  const flush = async () => {
    const text = pending;
    pending = '';
    // Unlike write, it goes on after a write that the disk cut short, and so hears why.
    await file.appendFile(text).catch((cause: unknown) => {
      throw unwritable(path, cause);
    });
  };
  return {
    path,
    add: ({ file: name, line, reason, cells }) => {
      pending += stringify([[name, line, REJECT_REASONS[reason], stringify([[...cells]]).trimEnd()]]);
    },
    flush: async () => {
      if (pending.length > FLUSH_CHARACTERS) await flush();
    },
    close: async () => {
      try {
        await flush().finally(() => file.close());
        await rename(unfinished, path);
      } finally {
        await rm(unfinished, { force: true });
      }
    },
  };
}

async function openPrivate(unfinished: string, path: string) {
  try {
    return await open(unfinished, 'wx', MODE);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): BatchError {
  return new BatchError({
    code: 'rejects_unwritable',
    message: `The rejects file ${path} cannot be written: ${cause instanceof Error ? cause.message : ''}`,
    remedy: 'Make room, or name another place with --rejects FILE.',
    cause,
  });
}
