import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { startPostgresGate } from '../../local/testing/postgresGate.ts';
import { explainDatabaseError } from './explainDatabaseError.ts';
import { migrateDatabase } from './migrate.ts';
import { requireSchema } from './requireSchema.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** What it warns of, while the table of migrations is as `change` makes it. */
async function look(change: string): Promise<string[]> {
  const warnings: string[] = [];
  await client.query(`BEGIN; ${change}`);
  try {
    await requireSchema(client, { info: () => undefined, warn: (text) => void warnings.push(text) });
  } finally {
    await client.query('ROLLBACK');
  }
  return warnings;
}

test('says nothing of a database that has the migrations of this program', async () => {
  expect(await look('')).toEqual([]);
});

test('refuses a database that lacks migrations, before anything is done in it', async () => {
  const last =
    'DELETE FROM drizzle.__drizzle_migrations WHERE id = (SELECT max(id) FROM drizzle.__drizzle_migrations)';
  await expect(look(last)).rejects.toMatchObject({
    code: 'not_migrated',
    message: 'the database lacks 1 migration that this program needs',
    remedy: 'run: npm run migrate',
  });
  await expect(look('DROP SCHEMA drizzle CASCADE')).rejects.toMatchObject({ code: 'not_migrated' });
});

test('warns of a database that a newer version has migrated', async () => {
  const warnings = await look(
    "INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('newer', 9e15::bigint)",
  );
  expect(warnings).toEqual([expect.stringMatching(/newer version of this program.*deploy that version/s)]);
});

test('migrating a database that has tables of the same names says that it is another one', async () => {
  const foreign = await createTestDatabase();
  const other = new pg.Client({ connectionString: foreign.url });
  await other.connect();
  await other.query('DROP SCHEMA drizzle CASCADE');
  await other.end();
  await expect(migrateDatabase(foreign.url)).rejects.toMatchObject({
    code: 'foreign_database',
    remedy: expect.stringContaining('DATABASE_URL'),
  });
  await foreign.drop();
});

test('a migration whose connection breaks ends with the reason, not with the process', async () => {
  const gate = await startPostgresGate(database.url);
  gate.onStatement = (sql) => (sql.includes('CREATE SCHEMA') ? 'cut' : 'pass');
  const failure = await migrateDatabase(gate.url).catch(explainDatabaseError);
  await gate.stop();
  expect(failure).toMatchObject({
    code: 'database_unreachable',
    message: expect.stringContaining('connection was lost'),
  });
});
