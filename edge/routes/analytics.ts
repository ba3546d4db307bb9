import type { Hono } from 'hono';
import type {
  CustomerSegment,
  MetricsAnswer,
  ProductFigures,
  ProductsAnswer,
  SegmentsAnswer,
} from '../../shared/api/analytics.ts';
import { AnalyticsQuery, MetricsQuery } from '../../shared/api/query.ts';
import { AnalyticsMetrics, AnalyticsProducts, AnalyticsSegments } from '../../shared/snapshot/documents.ts';
import type { DocumentName } from '../../shared/snapshot/manifest.ts';
import { analyticsResponse, provenance } from '../answer.ts';
import type { Edge } from '../edge.ts';
import type { RouteEnv } from '../incoming.ts';
import { readQuery } from '../input.ts';
import { shownProducts } from '../lists/products.ts';
import { pageOf } from '../lists/question.ts';
import { ProblemError } from '../problem.ts';
import type { Read, Reader } from '../stores/ladder.ts';
import type { Shape } from '../stores/store.ts';
import { settled } from '../stores/suspend.ts';

const PATH = '/api/v1/analytics';

/** What the orders tell of products and customers, as the batch found it. */
export function analyticsRoutes(app: Hono<RouteEnv>, edge: Edge): void {
  app.get(`${PATH}/collaborative-products`, async (c) => {
    const { query, warnings } = readQuery(AnalyticsQuery(), c.req.url);
    const reader = edge.open(c.env.incoming);
    const { limit, offset } = pageOf(query);
    const { value, origin } = await settled(() => read(reader, 'analytics_products', AnalyticsProducts()));
    const products = await settled(() => figuresOf(reader, value.slice(0, 2 * (offset + limit))));
    const answer: ProductsAnswer = {
      products: products.slice(offset, offset + limit),
      ...provenance(origin, reader.degraded, warnings),
    };
    return analyticsResponse(c.env.incoming, { body: answer, origin, shared: false, now: edge.clock.now() });
  });

  app.get(`${PATH}/customer-similarity`, async (c) => {
    const { query, warnings } = readQuery(AnalyticsQuery(), c.req.url);
    const reader = edge.open(c.env.incoming);
    const { limit, offset } = pageOf(query);
    const { value, origin } = await settled(() => read(reader, 'analytics_segments', AnalyticsSegments()));
    const answer: SegmentsAnswer = {
      customers: value.customers,
      least_customers: value.least,
      segments: segmentsOf(value).slice(offset, offset + limit),
      ...provenance(origin, reader.degraded, warnings),
    };
    return analyticsResponse(c.env.incoming, { body: answer, origin, shared: false, now: edge.clock.now() });
  });

  app.get(`${PATH}/collaborative-metrics`, async (c) => {
    const { warnings } = readQuery(MetricsQuery(), c.req.url);
    const reader = edge.open(c.env.incoming);
    const { value, origin } = await settled(() => read(reader, 'analytics_metrics', AnalyticsMetrics()));
    const answer: MetricsAnswer = {
      data_until: origin.facts.data_until,
      metrics: { ...origin.facts.counts, ...value },
      ...provenance(origin, reader.degraded, warnings),
    };
    return analyticsResponse(c.env.incoming, { body: answer, origin, shared: false, now: edge.clock.now() });
  });
}

/** Analytics have no last resort: what the bundled defaults cannot tell is not made up. */
export function notAnalysed(): ProblemError {
  return new ProblemError('unavailable', 'no store that can be reached holds this analysis');
}

function read<T>(reader: Reader, name: DocumentName, shape: Shape<T>): Read<T> {
  const { value, origin } = reader.read(name, (store) => store.document(name, shape));
  if (value === null) throw notAnalysed();
  return { value, origin };
}

function figuresOf(reader: Reader, entries: AnalyticsProducts): ProductFigures[] {
  const items = entries.flatMap(({ item, best }) => (best === null ? [item] : [item, best[0]]));
  const products = shownProducts(reader, items);
  return entries.flatMap(({ item, orders, customers, repeat_customers, neighbours, best }) => {
    const product = products.get(item);
    if (product === undefined) return [];
    const other = best === null ? undefined : products.get(best[0]);
    const { product_id, product_name, category_path } = product;
    return [
      {
        ...{ product_id, product_name, category_path, orders, customers, neighbours },
        repeat_rate: customers === 0 ? null : rounded(repeat_customers / customers),
        best_pair:
          best === null || other === undefined
            ? null
            : {
                product_id: other.product_id,
                product_name: other.product_name,
                orders: best[1],
                confidence: orders === 0 ? 0 : rounded(best[1] / orders),
              },
      },
    ];
  });
}

function segmentsOf({ segments, customers }: AnalyticsSegments): CustomerSegment[] {
  return segments.map((segment, i) => ({
    segment: i + 1,
    customers: segment.customers,
    share: customers === 0 ? 0 : rounded(segment.customers / customers),
    orders_per_customer: segment.orders,
    similarity: segment.similarity,
    tastes: segment.tastes.map(({ category_path, share, lift }) => ({
      category: category_path.at(-1) ?? '',
      ...{ category_path, share, lift },
    })),
  }));
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
