import type { Hono } from 'hono';
import type { PairsAnswer, ProductPair } from '../../shared/api/pairs.ts';
import { PairsQuery } from '../../shared/api/query.ts';
import { AnalyticsPairs } from '../../shared/snapshot/documents.ts';
import { analyticsResponse, provenance } from '../answer.ts';
import type { Edge } from '../edge.ts';
import type { RouteEnv } from '../incoming.ts';
import { readQuery } from '../input.ts';
import { shownProducts } from '../lists/products.ts';
import { itemNumbersOf, pageOf } from '../lists/question.ts';
import type { Reader } from '../stores/ladder.ts';
import type { Origin } from '../stores/store.ts';
import { settled } from '../stores/suspend.ts';
import { notAnalysed } from './analytics.ts';

/** Two item numbers, the orders that hold both, the lift, and the orders of the first (0 = unknown). */
interface Pair {
  readonly item: number;
  readonly paired: number;
  readonly orders: number;
  readonly lift: number;
  readonly ordersOfItem: number;
}

interface Found {
  readonly pairs: readonly Pair[];
  readonly known: boolean;
  readonly origin: Origin;
}

/** Which products are bought together, in the whole shop or with one of them. */
export function pairsRoutes(app: Hono<RouteEnv>, edge: Edge): void {
  app.get('/api/v1/analytics/collaborative-pairs', async (c) => {
    const { query, warnings } = readQuery(PairsQuery(), c.req.url);
    const reader = edge.open(c.env.incoming);
    const productId = query.product_id?.trim() || null;
    const idSource = query.id_source ?? null;
    const { pairs, known, origin } = await settled(() =>
      productId === null ? readTopPairs(reader) : readPairsOf(edge, reader, { productId, idSource }),
    );
    const answer: PairsAnswer = {
      product_id: productId,
      known,
      pairs: await settled(() => named(reader, pairs, pageOf(query))),
      ...provenance(origin, reader.degraded, warnings),
    };
    // Of analytics only what goes with a product is for everybody.
    const shared = productId !== null;
    return analyticsResponse(c.env.incoming, { body: answer, origin, shared, now: edge.clock.now() });
  });
}

function readTopPairs(reader: Reader): Found {
  const { value, origin } = reader.read('analytics_pairs', (store) =>
    store.document('analytics_pairs', AnalyticsPairs()),
  );
  if (value === null) throw notAnalysed();
  const pairs = value.map(([item, paired, orders, lift, ordersOfItem = 0]) => ({
    ...{ item, paired, orders, lift, ordersOfItem },
  }));
  return { pairs, known: true, origin };
}

function readPairsOf(
  edge: Edge,
  reader: Reader,
  { productId, idSource }: { readonly productId: string; readonly idSource: string | null },
): Found {
  const [item = null] = itemNumbersOf(edge, reader, [productId], idSource);
  if (item === null) return { pairs: [], known: false, origin: reader.lastOrigin() };
  const { value, origin } = reader.read('pairs', (store) => store.pairs([item]));
  const list = value[0] ?? { items: [], counts: [], weights: [], own: 0 };
  const self = list.items.indexOf(item);
  const pairs = list.items.slice(0, list.own).map((paired, i) => ({
    ...{ item, paired, orders: list.counts[i] ?? 0, lift: list.weights[i] ?? 0 },
    // Behind its pairs a list names the product itself, with the number of its orders.
    ordersOfItem: list.counts[self] ?? 0,
  }));
  return { pairs, known: true, origin };
}

/** A stretch of those pairs of which both products are known and may be shown. */
function named(
  reader: Reader,
  pairs: readonly Pair[],
  { limit, offset }: { readonly limit: number; readonly offset: number },
): ProductPair[] {
  const some = pairs.slice(0, 2 * (offset + limit));
  const products = shownProducts(
    reader,
    some.flatMap(({ item, paired }) => [item, paired]),
  );
  return some
    .flatMap(({ item, paired, orders, lift, ordersOfItem }): ProductPair[] => {
      const one = products.get(item);
      const other = products.get(paired);
      if (one === undefined || other === undefined) return [];
      return [
        {
          product_id: one.product_id,
          product_name: one.product_name,
          paired_product_id: other.product_id,
          paired_product_name: other.product_name,
          orders,
          lift: lift > 0 ? Number(lift.toPrecision(4)) : null,
          confidence: ordersOfItem > 0 ? Number((orders / ordersOfItem).toPrecision(4)) : null,
        },
      ];
    })
    .slice(offset, offset + limit);
}
