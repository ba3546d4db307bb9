import type { Hono } from 'hono';
import { ProductsQuery } from '../../shared/api/query.ts';
import { listResponse } from '../answer.ts';
import type { Edge } from '../edge.ts';
import type { RouteEnv } from '../incoming.ts';
import { readPathId, readQuery } from '../input.ts';
import { listOf } from '../lists/listOf.ts';
import { openQuestion, pageOf } from '../lists/question.ts';
import { settled } from '../stores/suspend.ts';

const PATH = '/api/v1/personalize/recommendations';

/** What goes with products; for unknown ones what is popular in their category, or in the shop. */
export function similarRoutes(app: Hono<RouteEnv>, edge: Edge): void {
  app.on('GET', [`${PATH}/similar/:product_id{.+}`, `${PATH}/similar`], async (c) => {
    const productId = readPathId('product_id', c.req.param('product_id'));
    const { query, warnings } = readQuery(ProductsQuery(), c.req.url);
    const question = await openQuestion({
      edge,
      reader: edge.open(c.env.incoming),
      incoming: c.env.incoming,
      query,
      productId,
    });
    const { list, shared } = await settled(() => listOf('similar', question, pageOf(query)));
    const items = [...(productId === null ? [] : [productId]), ...(query.items ?? [])];
    const subject = { product_id: productId, items };
    return listResponse(question, { subject, list, warnings, shared });
  });

  app.get(`${PATH}/cart`, async (c) => {
    const { query, warnings } = readQuery(ProductsQuery(), c.req.url);
    const reader = edge.open(c.env.incoming);
    const question = await openQuestion({ edge, reader, incoming: c.env.incoming, query });
    const { list, shared } = await settled(() => listOf('cart', question, pageOf(query)));
    const subject = { items: query.items ?? [] };
    return listResponse(question, { subject, list, warnings, shared });
  });
}
