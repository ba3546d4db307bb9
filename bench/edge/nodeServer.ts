import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import pg from 'pg';

/** For orientation: the plain design as a Node server with PostgreSQL. `nodeServer.ts DATABASE_URL PORT` */
const [connectionString = '', port = '0'] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString, max: 8 });
const app = new Hono();

interface StoredList {
  readonly recommendations: readonly unknown[];
}

app.get('/plain/:user_id', async (c) => {
  const found = await pool.query<{ value: string }>({
    name: 'plain',
    text: 'SELECT value FROM bench_plain WHERE user_id = $1',
    values: [c.req.param('user_id')],
  });
  const stored = JSON.parse(found.rows[0]?.value ?? '{"recommendations":[]}') as StoredList;
  return c.json({ ...stored, recommendations: stored.recommendations.slice(0, 10) });
});
process.on('disconnect', () => process.exit(0));
serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' }, () => process.send?.('ready'));
