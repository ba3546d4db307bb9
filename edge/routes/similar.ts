import type { Hono } from 'hono';
import { CategoryQuery } from '../../shared/api/query.ts';
import { ProductCard } from '../../shared/catalogue/card.ts';
import { listResponse } from '../answer.ts';
import { similarStep } from '../content/ownSteps.ts';
import { type PopularWhere, popularSteps } from '../content/popularSteps.ts';
import { recommend } from '../content/recommend.ts';
import type { Edge } from '../edge.ts';
import { readPathId, readQuery } from '../input.ts';
import type { Reader } from '../stores/ladder.ts';
import { categoryPathOf } from './popular.ts';
import { background, pageOf, readLeaveOut } from './request.ts';

const PATH = '/api/v1/personalize/recommendations/similar';
const Categorised = ProductCard.pick({ category_path: true });

/** What goes with a product; for an unknown one what is popular in its category, or in the shop. */
export function similarRoutes(app: Hono, edge: Edge): void {
  app.on('GET', [`${PATH}/:product_id{.+}`, PATH], async (c) => {
    const productId = readPathId('product_id', c.req.param('product_id'));
    const { query, warnings } = readQuery(CategoryQuery, c.req.url);
    const reader = edge.open(background(c));
    const item = productId === null ? null : await readItem(reader, productId);
    const leaveOut = await readLeaveOut(reader, query, null);
    if (item !== null) leaveOut.add(item);
    const where = async (): Promise<PopularWhere> => ({
      province: query.province ?? null,
      city: query.city ?? null,
      category: query.category ? categoryPathOf(query.category) : await readCategory(reader, item),
    });
    const list = await recommend(reader, {
      steps: [
        similarStep(reader, item === null ? [] : [item]),
        ...popularSteps(reader, where, edge.defaults),
      ],
      asked: 'similar',
      forCustomer: false,
      leaveOut,
      ...pageOf(query),
    });
    return listResponse({ product_id: productId }, list, warnings);
  });
}

async function readItem(reader: Reader, productId: string): Promise<number | null> {
  const { value } = await reader.read('product_index', (store) => store.itemNumbers([productId]));
  return value[0] ?? null;
}

async function readCategory(reader: Reader, item: number | null): Promise<string[]> {
  if (item === null) return [];
  const { value } = await reader.read('catalogue', (store) => store.cards([item]));
  return value[0] ? Categorised.parse(JSON.parse(value[0].text)).category_path : [];
}
