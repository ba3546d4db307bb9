import type { Context, Hono } from 'hono';
import { NextQuery, UserQuery } from '../../shared/api/query.ts';
import { listResponse } from '../answer.ts';
import type { Edge } from '../edge.ts';
import { readPathId, readQuery } from '../input.ts';
import { customerList } from './customerList.ts';
import { background } from './request.ts';

const PATH = '/api/v1/personalize/recommendations';

/**
 * The reads about one customer: any id is accepted, an unknown one gets what is popular. To be added
 * after all others, so that their fixed words win over ids at the older address.
 */
export function userRoutes(app: Hono, edge: Edge): void {
  app.get(`${PATH}/next`, async (c) => {
    const { query, warnings } = readQuery(NextQuery, c.req.url);
    const userId = query.user ?? null;
    const reader = edge.open(background(c));
    const list = await customerList(edge, reader, { asked: 'next', userId, query, request: c.req.raw });
    return listResponse(c.req.raw, { subject: { user_id: userId }, list, warnings, shared: false });
  });

  app.on('GET', [`${PATH}/item-affinity/:user_id{.+}`, `${PATH}/item-affinity`], (c) =>
    answer(c, 'affinity'),
  );
  app.on('GET', [`${PATH}/user/:user_id{.+}`, `${PATH}/user`], (c) => answer(c, 'personal'));
  app.on('GET', [`${PATH}/:user_id{.+}`, PATH], (c) => answer(c, 'personal'));

  async function answer(c: Context, asked: 'affinity' | 'personal'): Promise<Response> {
    const userId = readPathId('user_id', c.req.param('user_id'));
    const { query, warnings } = readQuery(UserQuery, c.req.url);
    const reader = edge.open(background(c));
    const list = await customerList(edge, reader, { asked, userId, query, request: c.req.raw });
    return listResponse(c.req.raw, { subject: { user_id: userId }, list, warnings, shared: false });
  }
}
