import type { ClientBase } from 'pg';
import {
  AnalyticsMetrics,
  AnalyticsPairs,
  AnalyticsProducts,
  AnalyticsSegments,
  Places,
} from '../../shared/snapshot/documents.ts';
import type { DocumentName } from '../../shared/snapshot/manifest.ts';
import { type CustomerOrders, orderCountOf } from '../evidence/customerOrders.ts';
import { type ItemLines, ordersOfItem } from '../evidence/itemLines.ts';
import type { PairTable } from '../evidence/pairs.ts';
import { productFigures } from '../evidence/productFigures.ts';
import type { Evidence } from '../evidence/readEvidence.ts';
import { describeSegments, groupByTaste, LEAST_CUSTOMERS } from '../evidence/segments.ts';
import { shopMetrics } from '../evidence/shopMetrics.ts';
import { readTastes } from '../evidence/tastes.ts';
import { topPairs } from '../evidence/topPairs.ts';

/** Pairs and products of the whole shop that analytics shows at most. */
const ANALYTICS_PAIRS = 500;
const ANALYTICS_PRODUCTS = 500;

interface DocumentLoad {
  readonly snapshotId: number;
  readonly evidence: Evidence;
  readonly itemLines: ItemLines;
  readonly customerOrders: CustomerOrders;
  readonly pairs: PairTable;
}

/** Writes the snapshot's documents, replacing those of an earlier attempt. */
export async function loadDocuments(client: ClientBase, load: DocumentLoad): Promise<void> {
  const { evidence, customerOrders, pairs } = load;
  const documents: Record<DocumentName, unknown> = {
    places: Places().parse(evidence.places.names),
    analytics_pairs: pairsDocument(load),
    analytics_products: productsDocument(load),
    analytics_segments: segmentsDocument(load),
    analytics_metrics: AnalyticsMetrics().parse(shopMetrics(evidence.book, customerOrders, pairs)),
  };
  for (const [name, document] of Object.entries(documents)) {
    await client.query(
      `INSERT INTO snapshot_documents (snapshot_id, name, document) VALUES ($1, $2, $3)
       ON CONFLICT (snapshot_id, name) DO UPDATE SET document = excluded.document`,
      [load.snapshotId, name, JSON.stringify(document)],
    );
  }
}

function pairsDocument({ evidence, itemLines: index, pairs }: DocumentLoad): AnalyticsPairs {
  const { book, products } = evidence;
  const keep = (item: number) => products.sellable[item] === 1;
  const best = topPairs({ book, index, pairs, keep, limit: ANALYTICS_PAIRS });
  return AnalyticsPairs().parse(
    best.map(({ a, b, support, lift }) => [a, b, support, rounded(lift), ordersOfItem(index, a)]),
  );
}

function productsDocument({ evidence, itemLines: index, pairs }: DocumentLoad): AnalyticsProducts {
  const { book, products } = evidence;
  const keep = (item: number) => products.recommendable[item] === 1;
  return AnalyticsProducts().parse(productFigures({ book, index, pairs, keep, limit: ANALYTICS_PRODUCTS }));
}

function segmentsDocument({ evidence, customerOrders }: DocumentLoad): AnalyticsSegments {
  const { book, products } = evidence;
  const tastes = readTastes(book, customerOrders, products);
  const ordersOf = (customer: number) => orderCountOf(customerOrders, customer);
  const segments = describeSegments(tastes, groupByTaste(tastes), ordersOf);
  return AnalyticsSegments().parse({
    customers: tastes.customers.length,
    least: LEAST_CUSTOMERS,
    segments: segments.map((segment) => ({
      customers: segment.customers,
      orders: rounded(segment.orders),
      similarity: rounded(segment.similarity),
      tastes: segment.tastes.map(({ category, share, lift }) => ({
        category_path: products.categoryPaths[category] ?? [],
        share: rounded(share),
        lift: rounded(lift),
      })),
    })),
  });
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
