import type { Hono } from 'hono';
import type { ProductPair } from '../../shared/api/pairs.ts';
import { PairsQuery } from '../../shared/api/query.ts';
import { ProductCard } from '../../shared/catalogue/card.ts';
import { jsonResponse, provenance } from '../answer.ts';
import type { Edge } from '../edge.ts';
import { readQuery } from '../input.ts';
import type { Reader } from '../stores/ladder.ts';
import type { Store, StoredCard } from '../stores/store.ts';
import { background, pageOf } from './request.ts';

/** Two item numbers, the orders that hold both, and the lift. */
type Pair = readonly [item: number, paired: number, orders: number, lift: number];

interface Found {
  readonly pairs: readonly Pair[];
  readonly known: boolean;
  readonly origin: Store;
}

/** Which products are bought together, in the whole shop or with one of them. */
export function pairsRoutes(app: Hono, edge: Edge): void {
  app.get('/api/v1/analytics/collaborative-pairs', async (c) => {
    const { query, warnings } = readQuery(PairsQuery, c.req.url);
    const reader = edge.open(background(c));
    const productId = query.product_id?.trim() || null;
    const { pairs, known, origin } =
      productId === null ? await readTopPairs(reader) : await readPairsOf(reader, productId);
    return jsonResponse({
      product_id: productId,
      known,
      pairs: await named(reader, pairs, pageOf(query).limit),
      ...provenance(origin, reader.degraded, warnings),
    });
  });
}

async function readTopPairs(reader: Reader): Promise<Found> {
  const { value, origin } = await reader.read('analytics_pairs', (store) => store.topPairs());
  return { pairs: value, known: true, origin };
}

async function readPairsOf(reader: Reader, productId: string): Promise<Found> {
  const index = await reader.read('product_index', (store) => store.itemNumbers([productId]));
  const item = index.value[0] ?? null;
  if (item === null) return { pairs: [], known: false, origin: index.origin };
  const { value, origin } = await reader.read('pairs', (store) => store.pairs([item]));
  const list = value[0] ?? null;
  const pairs = (list?.items ?? []).map(
    (paired, i): Pair => [item, paired, list?.counts[i] ?? 0, list?.weights[i] ?? 0],
  );
  return { pairs, known: true, origin };
}

/** The first pairs of which both products are known and may be shown. */
async function named(reader: Reader, pairs: readonly Pair[], limit: number): Promise<ProductPair[]> {
  const distinct = new Set<number>();
  for (const [item, paired] of pairs.slice(0, 2 * limit)) distinct.add(item).add(paired);
  const items = [...distinct];
  const { value } = await reader.read('catalogue', (store) => store.cards(items));
  const cards = new Map(items.map((item, i) => [item, shownCard(value[i] ?? null)]));
  return pairs
    .flatMap(([item, paired, orders, lift]): ProductPair[] => {
      const one = cards.get(item) ?? null;
      const other = cards.get(paired) ?? null;
      if (one === null || other === null) return [];
      return [
        {
          product_id: one.product_id,
          product_name: one.product_name,
          paired_product_id: other.product_id,
          paired_product_name: other.product_name,
          orders,
          lift: lift > 0 ? Number(lift.toPrecision(4)) : null,
        },
      ];
    })
    .slice(0, limit);
}

/** Sold-out products are shown in analytics; what is available but not sellable is postage or a fee. */
function shownCard(card: StoredCard | null): ProductCard | null {
  if (card === null) return null;
  const product = ProductCard.parse(JSON.parse(card.text()));
  return card.sellable || !product.available ? product : null;
}
