import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { BatchError } from '../errors.ts';
import type { Log } from '../log.ts';
import { requireSchema } from './requireSchema.ts';

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));
/** Any fixed number: two migrations at once wait for each other instead of colliding. */
const MIGRATION_LOCK = 724_510_331;
const SILENT: Log = { info: () => undefined, warn: () => undefined };

/**
 * Brings the database up to the newest migration. Safe to repeat and to run twice at once.
 * Each pending SQL file of `migrations/` runs in one transaction, in the order of its journal.
 * @throws BatchError foreign_database when there are tables of these names that no migration made
 */
export async function migrateDatabase(databaseUrl: string, log: Log = SILENT): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  // A connection that breaks is told by what was asked of it; unheard, it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER }).catch(explainForeign);
    await requireSchema(client, log);
  } finally {
    await client.end();
  }
}

const DUPLICATE_TABLE = '42P07';

function explainForeign(error: unknown): never {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error && 'code' in cause && cause.code === DUPLICATE_TABLE)) throw error;
  throw new BatchError({
    code: 'foreign_database',
    message: `this is not a database of ours: ${cause.message}, and no migration made it`,
    remedy: 'check DATABASE_URL; give this program a database of its own (CREATE DATABASE …)',
    cause: error,
  });
}
