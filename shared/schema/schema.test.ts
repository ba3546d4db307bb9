import { getTableColumns, getTableName, is, View } from 'drizzle-orm';
import { getViewConfig, PgTable, type PgView } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../local/testing/database.ts';
import * as administration from './administration.ts';
import * as commerce from './commerce.ts';
import * as erasures from './erasures.ts';
import * as identity from './identity.ts';
import * as results from './results.ts';
import * as runs from './runs.ts';

let database: TestDatabase;
let client: pg.Client;
const declared: unknown[] = Object.values({
  ...administration,
  ...commerce,
  ...identity,
  ...erasures,
  ...results,
  ...runs,
});
const tables = declared.filter((value): value is PgTable => is(value, PgTable));
const views = declared.filter((value): value is PgView => is(value, View));

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

async function migratedColumns(relation: string): Promise<Record<string, string>> {
  const { rows } = await client.query<{ attname: string; type: string; attnotnull: boolean }>(
    `SELECT attname, format_type(atttypid, atttypmod) AS type, attnotnull FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [relation],
  );
  return Object.fromEntries(
    rows.map((row) => [row.attname, `${row.type}${row.attnotnull ? ' not null' : ''}`]),
  );
}

test.each(
  tables.map((table) => [getTableName(table), table] as const),
)('the declared table %s is the migrated one', async (name, table) => {
  const columns = Object.values(getTableColumns(table)).map((column) => {
    const type = column
      .getSQLType()
      .replace('numeric(12, 2)', 'numeric(12,2)')
      .replace('numeric(12, 4)', 'numeric(12,4)');
    return [column.name, `${type}${column.notNull ? ' not null' : ''}`];
  });
  expect(Object.fromEntries(columns)).toEqual(await migratedColumns(name));
});

test.each(
  views.map((view) => [getViewConfig(view).name, view] as const),
)('the declared view %s has the migrated columns', async (name, view) => {
  const selected = Object.keys(getViewConfig(view).selectedFields);
  expect(selected).toEqual(Object.keys(await migratedColumns(name)));
});

test('every migrated table and view is declared', async () => {
  const { rows } = await client.query<{ relname: string }>(
    `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')
     AND NOT relispartition ORDER BY relname`,
  );
  const names = [...tables.map(getTableName), ...views.map((view) => getViewConfig(view).name)];
  // A view for reading by hand; no program asks it.
  expect(rows.map((row) => row.relname)).toEqual([...names, 'order_lines'].sort());
});
