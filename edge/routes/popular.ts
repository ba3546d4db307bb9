import type { Hono } from 'hono';
import { PopularQuery } from '../../shared/api/query.ts';
import { listResponse } from '../answer.ts';
import type { Edge } from '../edge.ts';
import type { RouteEnv } from '../incoming.ts';
import { readQuery } from '../input.ts';
import { listOf } from '../lists/listOf.ts';
import { openQuestion, pageOf } from '../lists/question.ts';
import { settled } from '../stores/suspend.ts';

const PATH = '/api/v1/personalize/recommendations';

/** What is popular: in the shop, a category or a place. The same for everybody who asks the same. */
export function popularRoutes(app: Hono<RouteEnv>, edge: Edge): void {
  for (const placement of ['popular', 'trending', 'by-location'] as const) {
    app.get(`${PATH}/${placement}`, async (c) => {
      const { query, warnings } = readQuery(PopularQuery(), c.req.url);
      const reader = edge.open(c.env.incoming);
      const question = await openQuestion({ edge, reader, incoming: c.env.incoming, query });
      const { list, where, shared } = await settled(() => listOf(placement, question, pageOf(query)));
      const { province = null, city = null } = where();
      const subject = { province, city, category: query.category ?? null };
      return listResponse(question, { subject, list, warnings, shared });
    });
  }
}
