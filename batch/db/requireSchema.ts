import type { ClientBase, Pool } from 'pg';
import { z } from 'zod';
import journal from '../../migrations/meta/_journal.json' with { type: 'json' };
import { BatchError } from '../errors.ts';
import type { Log } from '../log.ts';

const KNOWN = journal.entries.map(({ when }) => when);
const Newest = z.array(z.object({ newest: z.coerce.number() }));

/**
 * Holds the migrations of the database to those of this program. One that a newer version has migrated is only warned of:
 * most migrations add, and going back to an older program must stay possible.
 * @throws BatchError not_migrated when it lacks any
 */
export async function requireSchema(database: ClientBase | Pool, log: Log): Promise<void> {
  const newest = await newestMigration(database);
  const lacking = KNOWN.filter((when) => when > newest).length;
  if (lacking > 0)
    throw new BatchError({
      code: 'not_migrated',
      message: `the database lacks ${lacking === 1 ? '1 migration' : `${lacking} migrations`} that this program needs`,
      remedy: 'run: npm run migrate',
    });
  if (newest > Math.max(...KNOWN))
    log.warn(
      'the database was migrated by a newer version of this program: deploy that version here too; until then commands may fail on tables and columns they do not know',
    );
}

/** When the newest applied migration says it was made; 0 without any. */
async function newestMigration(database: ClientBase | Pool): Promise<number> {
  const table = await database.query(
    "SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS there",
  );
  if (table.rows[0]?.there !== true) return 0;
  const { rows } = await database.query(
    'SELECT coalesce(max(created_at), 0) AS newest FROM drizzle.__drizzle_migrations',
  );
  return Newest.parse(rows)[0]?.newest ?? 0;
}
