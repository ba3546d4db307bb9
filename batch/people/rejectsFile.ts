import { createReadStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { linesOf } from '../storage/jsonLines.ts';
import { wholeRows } from './wholeRows.ts';

/**
 * Takes the rows that name a customer out of a rejects file; the file is replaced only if there are any.
 * @param ids what the customer is called anywhere
 * @returns rows removed; null when there is no such file
 */
export async function removeFromRejects(path: string, ids: readonly string[]): Promise<number | null> {
  if (!existsSync(path)) return null;
  const names = ids.map((id) => new RegExp(`(^|[^\\p{L}\\p{N}])${escapeRegExp(id)}($|[^\\p{L}\\p{N}])`, 'u'));
  const copy = `${path}.erasing`;
  const file = await open(copy, 'w', 0o600);
  let removed = 0;
  try {
    for await (const row of wholeRows(linesOf(createReadStream(path)))) {
      if (names.some((name) => name.test(row))) removed++;
      else await file.write(`${row}\n`);
    }
    await file.sync();
    if (removed > 0) await rename(copy, path);
  } finally {
    await file.close();
    await rm(copy, { force: true });
  }
  return removed;
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
