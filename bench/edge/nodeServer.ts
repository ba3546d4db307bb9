import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import pg from 'pg';
import { sendRedis } from './redis.ts';

/** For orientation: the plain design as a Node server. `nodeServer.ts redis://…|postgres://… PORT` */
const [store = '', port = '0'] = process.argv.slice(2);

interface StoredList {
  readonly recommendations: readonly unknown[];
}

async function readerOf(url: string): Promise<(id: string) => Promise<string | null>> {
  if (url.startsWith('redis:')) {
    const ask = await sendRedis(Number(new URL(url).port));
    return (id) => ask(['GET', id]);
  }
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  const query = { name: 'plain', text: 'SELECT value FROM bench_plain WHERE user_id = $1' };
  return async (id) =>
    (await pool.query<{ value: string }>({ ...query, values: [id] })).rows[0]?.value ?? null;
}

const readValue = await readerOf(store);
const app = new Hono();
app.get('/plain/:user_id', async (c) => {
  const value = await readValue(c.req.param('user_id'));
  const stored = JSON.parse(value ?? '{"recommendations":[]}') as StoredList;
  return c.json({ ...stored, recommendations: stored.recommendations.slice(0, 10) });
});
process.on('disconnect', () => process.exit(0));
serve({ fetch: app.fetch, port: Number(port), hostname: '127.0.0.1' }, () => process.send?.('ready'));
