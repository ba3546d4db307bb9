import { createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';

/** A journal larger than this is put aside at the next start, over the one put aside before. */
const MAX_BYTES = 10 * 1024 * 1024;

/** Opens a text file to add lines to, keeping what earlier runs wrote. A line that cannot be written is lost. */
export async function openJournal(path: string): Promise<(line: string) => void> {
  const bytes = (await stat(path).catch(() => null))?.size ?? 0;
  if (bytes > MAX_BYTES) await rename(path, `${path}.1`).catch(() => {});
  const journal = createWriteStream(path, { flags: 'a', mode: 0o600 });
  // A full disk must not end what the journal tells of.
  journal.on('error', () => {});
  return (line) => {
    if (journal.writable) journal.write(`${new Date().toISOString()} ${line}\n`);
  };
}
