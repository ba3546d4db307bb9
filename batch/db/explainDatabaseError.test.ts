import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import { explainDatabaseError } from './explainDatabaseError.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function failureOf(databaseUrl: string, sql: string): Promise<unknown> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const failure = await drizzle(pool)
    .execute(sql)
    .then(
      () => null,
      (error: unknown) => error,
    );
  await pool.end();
  return explainDatabaseError(failure);
}

describe('a database error', () => {
  test('names cause and remedy, also when a library wrapped it', async () => {
    expect(await failureOf('postgres://nobody@127.0.0.1:1/none', 'SELECT 1')).toMatchObject({
      code: 'database_unreachable',
      message: expect.stringContaining('nothing answers'),
    });
    expect(await failureOf(`${database.url}_none`, 'SELECT 1')).toMatchObject({
      message: expect.stringContaining('does not exist'),
    });
    expect(await failureOf(database.url, 'SELECT * FROM nowhere')).toMatchObject({
      code: 'not_migrated',
      remedy: expect.stringContaining('migrate'),
    });
  });

  test('never shows the query and its values', async () => {
    const error = await failureOf(database.url, `SELECT 'someone@example.com' / 0`);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain('SELECT');
  });
});
