import type { Hono } from 'hono';
import * as z from 'zod';
import { readSubmitted } from '../input.ts';
import { ProblemError } from '../problem.ts';
import { background } from '../routes/request.ts';
import type { Administration } from './administration.ts';
import { adminResponse } from './adminResponse.ts';
import { rollBack } from './rollBack.ts';
import { readSnapshots } from './snapshotStore.ts';

const PATH = '/api/v1/admin/snapshots';
const LONGEST_BODY = 1_024;
/** Without `to`: the snapshot before the live one. */
const Rollback = z.strictObject({ to: z.int().min(1).nullable().default(null) });
const Marked = z.object({ result: z.object({ outcome: z.enum(['marked', 'live', 'unknown']) }) });

/** Snapshots: seen by viewers, moved and given up by operators. */
export function snapshotRoutes(app: Hono, admin: Administration): void {
  app.get(PATH, async (c) => {
    await admin.authenticate(c.req.raw, 'viewer');
    return adminResponse({ snapshots: await readSnapshots(admin.sql) });
  });

  app.post(`${PATH}/rollback`, async (c) => {
    const who = await admin.authenticate(c.req.raw, 'operator');
    const { to } = await readSubmitted(Rollback, c.req.raw, LONGEST_BODY);
    const pointer = await rollBack(admin, who, to);
    admin.forgetAnswers(background(c));
    return adminResponse(pointer);
  });

  app.post(`${PATH}/:id{[0-9]{1,9}}/purge`, async (c) => {
    const who = await admin.authenticate(c.req.raw, 'operator');
    const id = Number(c.req.param('id'));
    const [row] = await admin.sql.rows(Marked, 'SELECT mark_purge($1, $2, $3::integer) AS result', [
      ...[who.name, who.role, id],
    ]);
    if (row?.result.outcome === 'live')
      throw new ProblemError('conflict', `snapshot ${id} is live: roll back to another one first`);
    if (row?.result.outcome !== 'marked') throw new ProblemError('not_found', `there is no snapshot ${id}`);
    return adminResponse({ snapshot: id, purge: 'marked: the next batch run deletes it' }, { status: 202 });
  });
}
