import type { Hono } from 'hono';
import * as z from 'zod';
import { readQuery } from '../input.ts';
import { background } from '../routes/request.ts';
import { statusOf } from '../routes/status.ts';
import type { Administration } from './administration.ts';
import { adminResponse } from './adminResponse.ts';

const number = (most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(1).max(most));
const AuditQuery = z.object({ limit: number(200).optional(), before: number(1e15).optional() });

const EntryRow = z.object({
  entry: z.object({
    audit_id: z.int(),
    happened_at: z.string(),
    actor: z.string(),
    role: z.string(),
    action: z.string(),
    subject: z.string(),
    before: z.unknown(),
    after: z.unknown(),
  }),
});
const ENTRIES = `SELECT to_jsonb(a) AS entry FROM admin_audit a
  WHERE $1::bigint IS NULL OR audit_id < $1::bigint ORDER BY audit_id DESC LIMIT $2::integer`;

/** Who changed what, latest first; `before` an audit_id gives the page after it. */
export function auditRoutes(app: Hono, admin: Administration): void {
  app.get('/api/v1/admin/audit', async (c) => {
    await admin.authenticate(c.req.raw, 'viewer');
    const { query } = readQuery(AuditQuery, c.req.url);
    const rows = await admin.sql.rows(EntryRow, ENTRIES, [query.before ?? null, query.limit ?? 50]);
    return adminResponse({ entries: rows.map((row) => row.entry) });
  });

  app.get('/api/v1/admin/status', async (c) => {
    await admin.authenticate(c.req.raw, 'viewer');
    const status = await statusOf(admin.edge, background(c), c.req.raw);
    return adminResponse({ ...status, rates: admin.rates() });
  });

  app.get('/api/v1/admin/whoami', async (c) => adminResponse(await admin.authenticate(c.req.raw, 'viewer')));
}
