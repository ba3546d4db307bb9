import type { Context, Hono } from 'hono';
import { NextQuery, UserQuery } from '../../shared/api/query.ts';
import { listResponse } from '../answer.ts';
import type { Edge } from '../edge.ts';
import type { RouteEnv } from '../incoming.ts';
import { readPathId, readQuery } from '../input.ts';
import { readCategories } from '../lists/categories.ts';
import { listOf } from '../lists/listOf.ts';
import { type ListQuery, openQuestion, pageOf } from '../lists/question.ts';
import { settled } from '../stores/suspend.ts';

const PATH = '/api/v1/personalize/recommendations';

/** The reads about one customer: any id is accepted, an unknown one gets what is popular. */
export function userRoutes(app: Hono<RouteEnv>, edge: Edge): void {
  const answer = answererOf(edge);
  app.get(`${PATH}/next`, async (c) => {
    const { query, warnings } = readQuery(NextQuery(), c.req.url);
    return answer(c, { placement: 'next', userId: query.user ?? null, query, warnings });
  });
  app.on('GET', [`${PATH}/item-affinity/:user_id{.+}`, `${PATH}/item-affinity`], (c) =>
    answer(c, { placement: 'item-affinity', ...asked(c) }),
  );
  app.on('GET', [`${PATH}/user/:user_id{.+}`, `${PATH}/user`], (c) =>
    answer(c, { placement: 'user', ...asked(c) }),
  );
  app.get(PATH, (c) => answer(c, { placement: 'user', ...asked(c) }));
}

/** An id at the older address. Only for what no other route takes: their fixed words win over ids. */
export function bareIdRoute(app: Hono<RouteEnv>, edge: Edge): void {
  const answer = answererOf(edge);
  app.get(`${PATH}/:user_id{.+}`, (c) => answer(c, { placement: 'user', ...asked(c) }));
}

function answererOf(edge: Edge) {
  return async function answer(
    c: Context<RouteEnv>,
    { placement, userId, query, warnings }: Asked,
  ): Promise<Response> {
    const question = await openQuestion({
      edge,
      reader: edge.open(c.env.incoming),
      incoming: c.env.incoming,
      query,
      userId,
    });
    const { list, shared, ...answered } = await settled(() => listOf(placement, question, pageOf(query)));
    const subject =
      placement === 'item-affinity'
        ? { user_id: userId, categories: await settled(() => readCategories(question)) }
        : { user_id: userId };
    const told = [...warnings, ...answered.warnings];
    return listResponse(question, { subject, list, warnings: told, shared });
  };
}

interface Asked {
  readonly placement: 'user' | 'next' | 'item-affinity';
  readonly userId: string | null;
  readonly query: ListQuery;
  readonly warnings: readonly string[];
}

function asked(c: Context): Omit<Asked, 'placement'> {
  const userId = readPathId('user_id', c.req.param('user_id'));
  return { userId, ...readQuery(UserQuery(), c.req.url) };
}
