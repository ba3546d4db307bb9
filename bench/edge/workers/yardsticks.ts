import { Hono } from 'hono';

interface Bindings {
  readonly BYTES: string;
  readonly SNAPSHOTS: { get(key: string, options: { type: 'json'; cacheTtl: number }): Promise<unknown> };
}

interface StoredList {
  readonly recommendations: readonly unknown[];
}

/** What the edge is measured against, on the same runtime. */
const app = new Hono<{ Bindings: Bindings }>();
let text: string | null = null;

/** A bare route that answers as many bytes. */
app.get('/bare/:user_id', (c) => {
  text ??= 'x'.repeat(Number(c.env.BYTES));
  return c.body(text, 200, { 'content-type': 'application/json; charset=UTF-8' });
});

/** The plain design: one JSON value a customer, parsed, cut and answered. */
app.get('/plain/:user_id', async (c) => {
  const userId = c.req.param('user_id');
  const stored = (await c.env.SNAPSHOTS.get(`plain/${userId}`, {
    type: 'json',
    cacheTtl: 3600,
  })) as StoredList;
  const limit = Number(c.req.query('limit') ?? 10);
  return c.json({ ...stored, user_id: userId, recommendations: stored.recommendations.slice(0, limit) });
});

app.get('/health/live', (c) => c.text('ok'));

export default app;
