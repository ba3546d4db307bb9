import type { Hono } from 'hono';
import { CartQuery, CategoryQuery } from '../../shared/api/query.ts';
import { ProductCard } from '../../shared/catalogue/card.ts';
import { listResponse } from '../answer.ts';
import { similarStep } from '../content/ownSteps.ts';
import { popularSteps } from '../content/popularSteps.ts';
import { type List, recommend } from '../content/recommend.ts';
import type { Edge } from '../edge.ts';
import { readPathId, readQuery } from '../input.ts';
import type { Reader } from '../stores/ladder.ts';
import { categoryPathOf } from './popular.ts';
import { background, type Exclusions, type Page, pageOf, readItems, readLeaveOut } from './request.ts';

const PATH = '/api/v1/personalize/recommendations';
const Categorised = ProductCard.pick({ category_path: true });

/** What goes with products; for unknown ones what is popular in their category, or in the shop. */
export function similarRoutes(app: Hono, edge: Edge): void {
  app.on('GET', [`${PATH}/similar/:product_id{.+}`, `${PATH}/similar`], async (c) => {
    const productId = readPathId('product_id', c.req.param('product_id'));
    const { query, warnings } = readQuery(CategoryQuery, c.req.url);
    const reader = edge.open(background(c));
    const list = await listFor(reader, productId === null ? [] : [productId], query);
    return listResponse(c.req.raw, { subject: { product_id: productId }, list, warnings, shared: true });
  });

  app.get(`${PATH}/cart`, async (c) => {
    const { query, warnings } = readQuery(CartQuery, c.req.url);
    const items = query.items ?? [];
    const reader = edge.open(background(c));
    const list = await listFor(reader, items, query);
    return listResponse(c.req.raw, { subject: { items }, list, warnings, shared: true });
  });

  async function listFor(reader: Reader, productIds: readonly string[], query: Asked): Promise<List> {
    const seeds = await readItems(reader, productIds);
    const leaveOut = await readLeaveOut(reader, query, null);
    for (const seed of seeds) leaveOut.add(seed);
    const where = async () => ({
      province: query.province ?? null,
      city: query.city ?? null,
      category: query.category
        ? categoryPathOf(query.category)
        : await readCategory(reader, seeds[0] ?? null),
    });
    return await recommend(reader, {
      steps: [similarStep(reader, seeds), ...popularSteps(reader, where, edge.defaults)],
      asked: ['similar'],
      forCustomer: false,
      leaveOut,
      ...pageOf(query),
    });
  }
}

type Asked = Page &
  Exclusions & {
    readonly province?: string | null | undefined;
    readonly city?: string | null | undefined;
    readonly category?: string | null | undefined;
  };

async function readCategory(reader: Reader, item: number | null): Promise<string[]> {
  if (item === null) return [];
  const { value } = await reader.read('catalogue', (store) => store.cards([item]));
  return value[0] ? Categorised.parse(JSON.parse(value[0].text())).category_path : [];
}
