import { Client, neon, neonConfig } from '@neondatabase/serverless';
import { sql as fragment } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/neon-http';
import { integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { type NeonProxy, startNeonProxy } from './startNeonProxy.ts';

let database: TestDatabase;
let proxy: NeonProxy;

const notes = pgTable('proxy_notes', {
  id: integer('id').primaryKey(),
  note: text('note'),
  tags: text('tags').array(),
  at: timestamp('at', { withTimezone: true }),
});

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startNeonProxy({ postgresUrl: database.url });
  neonConfig.fetchEndpoint = proxy.fetchEndpoint;
  neonConfig.webSocketConstructor = WebSocket;
  neonConfig.wsProxy = (host, port) => `127.0.0.1:${proxy.port}/v2?address=${host}:${port}`;
  neonConfig.useSecureWebSocket = false;
  neonConfig.pipelineTLS = false;
  neonConfig.pipelineConnect = false;
  await neon(
    database.url,
  )`CREATE TABLE proxy_notes (id int PRIMARY KEY, note text, tags text[], at timestamptz)`;
});

afterAll(async () => {
  await proxy.stop();
  await database.drop();
});

describe('SQL over HTTP, with the real driver', () => {
  test('gives values of their types, nulls and arrays included', async () => {
    const sql = neon(database.url);
    const rows = await sql`SELECT ${42}::int AS n, ${null}::text AS nothing, ${['a', 'b']}::text[] AS list,
      true AS yes, 1.5::numeric AS exact, '{"k":[1]}'::jsonb AS doc, 'ğ'::text AS letter`;
    expect(rows).toEqual([
      { n: 42, nothing: null, list: ['a', 'b'], yes: true, exact: '1.5', doc: { k: [1] }, letter: 'ğ' },
    ]);
  });

  test('gives rows as arrays, and counts, when asked', async () => {
    const sql = neon(database.url, { arrayMode: true, fullResults: true });
    const result = await sql`SELECT 1 AS a, 'x' AS a`;
    expect(result.rows).toEqual([[1, 'x']]);
    expect(result.fields.map((field) => field.name)).toEqual(['a', 'a']);
    expect([result.command, result.rowCount]).toEqual(['SELECT', 1]);
  });

  test("gives the database's error with its code and details", async () => {
    const sql = neon(database.url);
    await sql`INSERT INTO proxy_notes (id) VALUES (1)`;
    await expect(sql`INSERT INTO proxy_notes (id) VALUES (1)`).rejects.toMatchObject({
      code: '23505',
      severity: 'ERROR',
      constraint: 'proxy_notes_pkey',
      detail: 'Key (id)=(1) already exists.',
    });
  });

  test('takes one statement a query, as Neon does', async () => {
    await expect(neon(database.url).query('SELECT 1; SELECT 2')).rejects.toMatchObject({ code: '42601' });
  });

  test('refuses a wrong password and another server', async () => {
    const wrong = new URL(database.url);
    wrong.password = 'guess';
    await expect(neon(wrong.href)`SELECT 1`).rejects.toMatchObject({ code: '28P01' });
    await expect(neon('postgres://u:p@db.example.com/shop')`SELECT 1`).rejects.toThrow(
      'can be reached from here',
    );
  });

  test('runs a batch in one transaction of the asked kind', async () => {
    const sql = neon(database.url);
    const [first, second] = await sql.transaction(
      [sql`SHOW transaction_isolation`, sql`SHOW transaction_read_only`],
      { isolationLevel: 'RepeatableRead', readOnly: true },
    );
    expect(first).toEqual([{ transaction_isolation: 'repeatable read' }]);
    expect(second).toEqual([{ transaction_read_only: 'on' }]);
  });

  test('leaves nothing of a batch that fails, and the connection usable', async () => {
    const sql = neon(database.url);
    const batch = sql.transaction([sql`INSERT INTO proxy_notes (id) VALUES (77)`, sql`SELECT 1/0`]);
    await expect(batch).rejects.toMatchObject({ code: '22012' });
    expect(await sql`SELECT * FROM proxy_notes WHERE id = 77`).toEqual([]);
  });
});

test('serves drizzle over HTTP, its batch included', async () => {
  const db = drizzle(neon(database.url));
  const at = new Date('2026-05-06T07:08:09.123Z');
  const inserted = { id: 5, note: 'çay', tags: ['a,b', '"q"'], at };
  const [, rows] = await db.batch([
    db.insert(notes).values(inserted),
    db.select().from(notes).where(fragment`id = 5`),
  ]);
  expect(rows).toEqual([inserted]);
});

describe('the WebSocket tunnel', () => {
  test('carries a session with transactions', async () => {
    const client = new Client(database.url);
    await client.connect();
    await client.query('BEGIN');
    await client.query('INSERT INTO proxy_notes (id, note) VALUES ($1, $2)', [9, 'through']);
    await client.query('ROLLBACK');
    expect((await client.query('SELECT count(*)::int AS n FROM proxy_notes WHERE id = 9')).rows).toEqual([
      { n: 0 },
    ]);
    await client.end();
  });

  test('leads nowhere else', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${proxy.port}/v2?address=127.0.0.1:22`);
    const code = await new Promise((resolve) => socket.on('close', resolve));
    expect(code).toBe(1008);
  });
});

test('says that the database cannot be reached when it is down', async () => {
  const nowhere = await startNeonProxy({ postgresUrl: 'postgres://u:p@127.0.0.1:1/shop' });
  const headers = { 'neon-connection-string': 'postgres://u:p@127.0.0.1:1/shop' };
  const answer = await fetch(nowhere.fetchEndpoint, {
    method: 'POST',
    headers,
    body: '{"query":"SELECT 1"}',
  });
  expect([answer.status, await answer.json()]).toMatchObject([502, { code: null }]);
  await nowhere.stop();
});
