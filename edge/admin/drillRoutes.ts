import type { Hono } from 'hono';
import * as z from 'zod';
import { lazily } from '../../shared/lazily.ts';
import { DRILL_HEADER } from '../../shared/rules/drillFaults.ts';
import { signDrill } from '../drill/drillTicket.ts';
import type { RouteEnv } from '../incoming.ts';
import { readSubmitted } from '../input.ts';
import { ProblemError } from '../problem.ts';
import { mirrorRules } from '../rules/mirrorRules.ts';
import type { Administration } from './administration.ts';
import { adminResponse } from './adminResponse.ts';
import { mirrored } from './mirrored.ts';
import { type DrillAnswer, DrillCommand } from './shapes.ts';

const PATH = '/api/v1/admin/drill';
const LONGEST_BODY = 1_024;

const Changed = lazily(() => z.object({ result: z.object({ version: z.int() }) }));
const CHANGE = 'SELECT change_drill($1, $2, $3::jsonb, $4::integer) AS result';

/** Plays faults: proves what shoppers would get while a store is down. */
export function drillRoutes(app: Hono<RouteEnv>, admin: Administration): void {
  app.post(PATH, async (c) => {
    const who = await admin.authenticate(c.req.raw, 'operator');
    const { faults, seconds, scope, confirm } = await readSubmitted(DrillCommand(), c.req.raw, LONGEST_BODY);
    const key = admin.edge.config.DRILL_KEY;
    if (key === null) throw new ProblemError('conflict', 'there are no drills without the secret DRILL_KEY');
    const ends = admin.clock.now() + seconds * 1000;
    const until = new Date(ends).toISOString();
    if (scope === 'requests') {
      const ticket = await signDrill(key, faults, Math.floor(ends / 1000));
      const answer: DrillAnswer = { scope, until, header: DRILL_HEADER, value: ticket };
      return adminResponse(answer, { status: 201 });
    }
    if (faults === 'any')
      throw new ProblemError('invalid_parameter', 'faults must be named for the whole shop', 'faults');
    if (!confirm)
      throw new ProblemError(
        'invalid_parameter',
        'confirm must be true: every shopper is affected',
        'confirm',
      );
    await admin.sql.rows(Changed(), CHANGE, [who.name, who.role, JSON.stringify(faults), seconds]);
    try {
      await mirrorRules(admin.sql, admin.kv);
    } catch (error) {
      // What KV does not take now must not begin later, when nobody expects it.
      await admin.sql.rows(Changed(), CHANGE, [who.name, who.role, null, 0]);
      // It may have taken it all the same, and only the answer was lost.
      await mirrored(admin, c.env.incoming);
      throw error;
    }
    admin.edge.rules.expire();
    admin.forgetAnswers(c.env.incoming);
    const answer: DrillAnswer = { scope, until };
    return adminResponse(answer, { status: 201 });
  });

  app.delete(PATH, async (c) => {
    const who = await admin.authenticate(c.req.raw, 'operator');
    await admin.sql.rows(Changed(), CHANGE, [who.name, who.role, null, 0]);
    const mirror = await mirrored(admin, c.env.incoming);
    admin.forgetAnswers(c.env.incoming);
    const answer: DrillAnswer = { scope: 'shop', until: null, mirror };
    return adminResponse(answer);
  });
}
