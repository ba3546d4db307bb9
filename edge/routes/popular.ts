import type { Hono } from 'hono';
import { CategoryQuery, PlaceQuery } from '../../shared/api/query.ts';
import type { Step } from '../../shared/api/recommendation.ts';
import { listResponse } from '../answer.ts';
import { type PopularWhere, popularSteps, trendingStep } from '../content/popularSteps.ts';
import { recommend } from '../content/recommend.ts';
import type { Edge } from '../edge.ts';
import { readQuery } from '../input.ts';
import { placeOfRequest } from '../place.ts';
import { background, pageOf, readLeaveOut } from './request.ts';

const PATH = '/api/v1/personalize/recommendations';

/** What is popular: in the shop, a category or a place. The same for everybody who asks the same. */
export function popularRoutes(app: Hono, edge: Edge): void {
  app.get(`${PATH}/popular`, async (c) => {
    const { query, warnings } = readQuery(CategoryQuery, c.req.url);
    const { province = null, city = null, category = null } = query;
    const reader = edge.open(background(c));
    const where = { province, city, category: category === null ? [] : categoryPathOf(category) };
    const list = await recommend(reader, {
      steps: popularSteps(reader, async () => where, edge.defaults),
      asked: [askedStep(where)],
      forCustomer: false,
      leaveOut: await readLeaveOut(reader, query, null),
      ...pageOf(query),
    });
    return listResponse(c.req.raw, {
      subject: { province, city, category },
      list,
      warnings,
      shared: true,
    });
  });

  app.get(`${PATH}/trending`, async (c) => {
    const { query, warnings } = readQuery(PlaceQuery, c.req.url);
    const { province = null, city = null } = query;
    const reader = edge.open(background(c));
    const popular = popularSteps(reader, async () => ({ province, city }), edge.defaults);
    const list = await recommend(reader, {
      steps: [trendingStep(reader), ...popular],
      asked: ['trending'],
      forCustomer: false,
      leaveOut: await readLeaveOut(reader, query, null),
      ...pageOf(query),
    });
    const subject = { province, city, category: null };
    return listResponse(c.req.raw, { subject, list, warnings, shared: true });
  });

  app.get(`${PATH}/by-location`, async (c) => {
    const { query, warnings } = readQuery(PlaceQuery, c.req.url);
    const { province = null, city = null } = query;
    const where = province === null && city === null ? placeOfRequest(c.req.raw) : { province, city };
    const reader = edge.open(background(c));
    const list = await recommend(reader, {
      steps: popularSteps(reader, async () => where, edge.defaults),
      asked: [askedStep(where)],
      forCustomer: false,
      leaveOut: await readLeaveOut(reader, query, null),
      ...pageOf(query),
    });
    const sought = { province: where.province ?? null, city: where.city ?? null, category: null };
    const shared = province !== null || city !== null;
    return listResponse(c.req.raw, { subject: sought, list, warnings, shared });
  });
}

/** "Bedding > Mattresses", department first, as a path. */
export function categoryPathOf(category: string): string[] {
  return category
    .split('>')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function askedStep({ province, city, country, category }: PopularWhere): Step {
  if (category !== undefined && category.length > 0) return 'popular_in_category';
  if (city) return 'popular_in_city';
  return province || country ? 'popular_in_province' : 'popular_overall';
}
