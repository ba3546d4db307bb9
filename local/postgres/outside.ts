import { createHash } from 'node:crypto';
import { realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Root's folders for what the server's account must reach begin so; they survive a restart of the machine. */
export const outside = '/var/tmp/shop-recommendations';

/** In `dataDir`: says that the data is kept outside. */
export const outsideMark = 'kept-outside';

/** Where the data of `dataDir`, a real path, is kept when the server's account cannot enter that. */
export function folderOutside(dataDir: string): string {
  return `${outside}-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`;
}

/** The folder outside that holds the data of `dataDir`; null when it is in `dataDir` itself. */
export async function keptOutside(dataDir: string): Promise<string | null> {
  const isOutside = (await stat(join(dataDir, outsideMark)).catch(() => null)) !== null;
  return isOutside ? folderOutside(await realpath(dataDir)) : null;
}

/** Removes a stopped server's `dataDir`, and what was kept outside for it. */
export async function removePostgres(dataDir: string): Promise<void> {
  const elsewhere = await keptOutside(dataDir);
  if (elsewhere !== null) await rm(elsewhere, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}
