import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { createTestDatabase } from './database.ts';

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a test database', () => {
  test('is its own: what one test writes, another does not see', async () => {
    const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await ask(first.url, 'CREATE TABLE only_here (id integer)');
    expect(await ask(first.url, 'SELECT * FROM only_here')).toEqual([]);
    await expect(ask(second.url, 'SELECT * FROM only_here')).rejects.toThrow('does not exist');
    await Promise.all([first.drop(), second.drop()]);
  });

  test('stores text as UTF-8 and orders it by code point, as on Neon', async () => {
    const database = await createTestDatabase();
    const rows = await ask(
      database.url,
      "SELECT upper('şölen') AS u, 'Z' < 'a' AS c, current_setting('TimeZone') AS z",
    );
    expect(rows).toEqual([{ u: 'ŞÖLEN', c: true, z: 'UTC' }]);
    await database.drop();
  });

  test('can be dropped while somebody is still connected', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    await database.drop();
    await expect(ask(database.url, 'SELECT 1')).rejects.toThrow('not currently accepting connections');
    await client.end().catch(() => undefined);
  });
});
