import type { Hono } from 'hono';
import * as z from 'zod';
import { lazily } from '../../shared/lazily.ts';
import type { RouteEnv } from '../incoming.ts';
import { readQuery } from '../input.ts';
import { statusOf } from '../routes/status.ts';
import type { Administration } from './administration.ts';
import { adminResponse } from './adminResponse.ts';
import type { AdminStatus } from './adminStatus.ts';
import { type AdminIdentity, type AuditAnswer, AuditEntry, AuditQuery } from './shapes.ts';

const EntryRow = lazily(() => z.object({ entry: AuditEntry() }));
const ENTRIES = `SELECT to_jsonb(a) AS entry FROM admin_audit a
  WHERE $1::bigint IS NULL OR audit_id < $1::bigint ORDER BY audit_id DESC LIMIT $2::integer`;

/** Who changed what, latest first; `before` an audit_id gives the page after it. */
export function auditRoutes(app: Hono<RouteEnv>, admin: Administration): void {
  app.get('/api/v1/admin/audit', async (c) => {
    await admin.authenticate(c.req.raw, 'viewer');
    const { query } = readQuery(AuditQuery(), c.req.url);
    const rows = await admin.sql.rows(EntryRow(), ENTRIES, [query.before ?? null, query.limit ?? 50]);
    const answer: AuditAnswer = { entries: rows.map((row) => row.entry) };
    return adminResponse(answer);
  });

  app.get('/api/v1/admin/status', async (c) => {
    await admin.authenticate(c.req.raw, 'viewer');
    const status = await statusOf(admin.edge, c.env.incoming);
    const answer: AdminStatus = { ...status, rates: admin.rates() };
    return adminResponse(answer);
  });

  app.get('/api/v1/admin/whoami', async (c) => {
    const answer: AdminIdentity = await admin.authenticate(c.req.raw, 'viewer');
    return adminResponse(answer);
  });
}
