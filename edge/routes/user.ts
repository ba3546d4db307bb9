import type { Context, Hono } from 'hono';
import { UserQuery } from '../../shared/api/query.ts';
import { listResponse } from '../answer.ts';
import { type ContentStep, without } from '../content/candidate.ts';
import { affinityStep, personalStep, similarStep } from '../content/ownSteps.ts';
import { popularSteps } from '../content/popularSteps.ts';
import { recommend } from '../content/recommend.ts';
import type { Edge } from '../edge.ts';
import { readPathId, readQuery } from '../input.ts';
import type { Reader } from '../stores/ladder.ts';
import { type Customer, readCustomer } from './customer.ts';
import { background, pageOf, readLeaveOut } from './request.ts';

const PATH = '/api/v1/personalize/recommendations';

/**
 * The reads about one customer: any id is accepted, an unknown one gets what is popular. To be added
 * after all others, so that their fixed words win over ids at the older address.
 */
export function userRoutes(app: Hono, edge: Edge): void {
  app.on('GET', [`${PATH}/item-affinity/:user_id{.+}`, `${PATH}/item-affinity`], (c) =>
    answer(c, 'affinity'),
  );
  app.on('GET', [`${PATH}/user/:user_id{.+}`, `${PATH}/user`], (c) => answer(c, 'personal'));
  app.on('GET', [`${PATH}/:user_id{.+}`, PATH], (c) => answer(c, 'personal'));

  async function answer(c: Context, asked: 'affinity' | 'personal'): Promise<Response> {
    const userId = readPathId('user_id', c.req.param('user_id'));
    const { query, warnings } = readQuery(UserQuery, c.req.url);
    const reader = edge.open(background(c));
    const customer = await readCustomer(edge, reader, { userId, query, request: c.req.raw });
    const list = await recommend(reader, {
      steps: [...ownSteps(customer, asked), ...fillingSteps(edge, reader, customer)],
      asked,
      forCustomer: true,
      leaveOut: await readLeaveOut(reader, query, customer.record),
      ...pageOf(query),
    });
    return listResponse({ user_id: userId }, list, warnings);
  }
}

function ownSteps({ record, origin }: Customer, asked: 'affinity' | 'personal'): ContentStep[] {
  if (record === null) return [];
  const personal = personalStep(record, origin);
  return asked === 'affinity' ? [affinityStep(record, origin), personal] : [personal];
}

/** An own list may hold what is due to be bought again; what fills it up should be new to the customer. */
function fillingSteps(edge: Edge, reader: Reader, { record, where }: Customer): ContentStep[] {
  const popular = popularSteps(reader, where, edge.defaults);
  if (record === null) return popular;
  const bought = new Set(record.bought);
  return [similarStep(reader, record.bought), ...popular].map((step) => without(step, bought));
}
