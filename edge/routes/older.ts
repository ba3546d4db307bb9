import type { Context, Hono } from 'hono';
import { type OlderAnswer, OlderSubmit } from '../../shared/api/older.ts';
import { UserQuery } from '../../shared/api/query.ts';
import type { Recommendation } from '../../shared/api/recommendation.ts';
import { jsonResponse } from '../answer.ts';
import type { List } from '../content/recommend.ts';
import type { Edge } from '../edge.ts';
import type { RouteEnv } from '../incoming.ts';
import { readPathId, readQuery, readSubmitted } from '../input.ts';
import { listOf } from '../lists/listOf.ts';
import { openQuestion, pageOf } from '../lists/question.ts';
import { ProblemError } from '../problem.ts';
import { settled } from '../stores/suspend.ts';

const PERSONALIZE = '/api/v1/personalize/recommendations';

/** The addresses of the older service, with its shapes. */
export function olderRoutes(app: Hono<RouteEnv>, edge: Edge): void {
  app.on('GET', ['/recommendations/:user_id{.+}', '/recommendations'], async (c) =>
    answer(c, readPathId('user_id', c.req.param('user_id'))),
  );
  app.post('/submit', async (c) => {
    const { user_id } = await readSubmitted(OlderSubmit, c.req.raw);
    return answer(c, readPathId('user_id', user_id));
  });

  async function answer(c: Context<RouteEnv>, userId: string | null): Promise<Response> {
    const { query } = readQuery(UserQuery(), c.req.url);
    // What the older shape says of an item is always asked for.
    const asked = { ...query, fields: undefined };
    const question = await openQuestion({
      edge,
      reader: edge.open(c.env.incoming),
      incoming: c.env.incoming,
      query: asked,
      userId,
    });
    const { list } = await settled(() => listOf('user', question, pageOf(query)));
    return jsonResponse(olderAnswer(userId, list));
  }

  app.on('GET', ['/api/v1/ml', '/api/v1/ml/*'], () => {
    throw new ProblemError('gone', `this address is gone: use ${PERSONALIZE}/user/{user_id}`);
  });
}

function olderAnswer(userId: string | null, list: List): OlderAnswer {
  const whose = list.personal ? `Recommendations for ${userId}` : 'Popular products';
  return {
    message: whose,
    recommendations: list.items.map((text) => {
      // We wrote it ourselves, all fields of it.
      const item = JSON.parse(text) as Recommendation;
      return {
        product_id: item.product_id,
        probability: item.score_kind === 'probability' ? item.score : null,
        product_name: item.product_name,
        department: item.category_path[0] ?? null,
        aisle: item.category_path.at(-1) ?? null,
      };
    }),
  };
}
