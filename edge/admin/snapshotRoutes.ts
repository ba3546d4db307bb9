import type { Hono } from 'hono';
import * as z from 'zod';
import { lazily } from '../../shared/lazily.ts';
import type { RouteEnv } from '../incoming.ts';
import { readSubmitted } from '../input.ts';
import { ProblemError } from '../problem.ts';
import type { Administration } from './administration.ts';
import { adminResponse } from './adminResponse.ts';
import { rollBack } from './rollBack.ts';
import { type PurgeAnswer, RollbackOrder, type SnapshotsAnswer } from './shapes.ts';
import { readSnapshots } from './snapshotStore.ts';

const PATH = '/api/v1/admin/snapshots';
const LONGEST_BODY = 1_024;
const Marked = lazily(() =>
  z.object({ result: z.object({ outcome: z.enum(['marked', 'live', 'unknown']) }) }),
);

/** Snapshots: seen by viewers, moved and given up by operators. */
export function snapshotRoutes(app: Hono<RouteEnv>, admin: Administration): void {
  app.get(PATH, async (c) => {
    await admin.authenticate(c.req.raw, 'viewer');
    const answer: SnapshotsAnswer = { snapshots: await readSnapshots(admin.sql) };
    return adminResponse(answer);
  });

  app.post(`${PATH}/rollback`, async (c) => {
    const who = await admin.authenticate(c.req.raw, 'operator');
    const { to } = await readSubmitted(RollbackOrder(), c.req.raw, LONGEST_BODY);
    const pointer = await rollBack(admin, who, to);
    admin.forgetAnswers(c.env.incoming);
    return adminResponse(pointer);
  });

  app.post(`${PATH}/:id{[0-9]{1,9}}/purge`, async (c) => {
    const who = await admin.authenticate(c.req.raw, 'operator');
    const id = Number(c.req.param('id'));
    const [row] = await admin.sql.rows(Marked(), 'SELECT mark_purge($1, $2, $3::integer) AS result', [
      ...[who.name, who.role, id],
    ]);
    if (row?.result.outcome === 'live')
      throw new ProblemError('conflict', `snapshot ${id} is live: roll back to another one first`);
    if (row?.result.outcome !== 'marked') throw new ProblemError('not_found', `there is no snapshot ${id}`);
    const answer: PurgeAnswer = { snapshot: id, purge: 'marked: the next batch run deletes it' };
    return adminResponse(answer, { status: 202 });
  });
}
