import { createReadStream, existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { linesOf } from '../storage/jsonLines.ts';

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
    for await (const line of linesOf(createReadStream(path))) {
      if (names.some((name) => name.test(line))) removed++;
      else await file.write(`${line}\n`);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(copy, path);
  return removed;
}

const escapeRegExp = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
