import { MetricsAnswer, ProductsAnswer, SegmentsAnswer } from '../../shared/api/analytics.ts';
import { PairsAnswer } from '../../shared/api/pairs.ts';
import { AnalyticsQuery, MetricsQuery, PairsQuery } from '../../shared/api/query.ts';
import { type DescribedRead, read } from './describedRead.ts';
import type { DescribedOperation } from './operation.ts';

const A = '/api/v1/analytics';
const ofShop: Partial<DescribedOperation> = {
  ...{ tag: 'analytics', proof: 'analytics' },
  problems: ['invalid_parameter', 'unauthorized', 'unavailable'],
};
/** Those of one product are for everybody. */
const ofPairs: Partial<DescribedOperation> = { ...ofShop, proof: 'details' };

/** Figures of the whole shop, and of one product. */
export const ANALYTICS_READS: readonly DescribedRead[] = [
  read(
    {
      name: 'collaborativeProducts',
      path: `${A}/collaborative-products`,
      summary: 'Products by how many others are bought together with them',
      query: AnalyticsQuery(),
      answer: { name: 'ProductsAnswer', schema: ProductsAnswer },
      example: `${A}/collaborative-products?limit=1`,
    },
    ofShop,
  ),
  read(
    {
      name: 'collaborativePairs',
      path: `${A}/collaborative-pairs`,
      summary: 'Products bought together, in the whole shop or with one of them',
      query: PairsQuery(),
      answer: { name: 'PairsAnswer', schema: PairsAnswer },
      example: `${A}/collaborative-pairs?product_id=P-1&limit=1`,
    },
    ofPairs,
  ),
  read(
    {
      name: 'customerSimilarity',
      path: `${A}/customer-similarity`,
      summary: 'Groups of customers who buy alike: their sizes and tastes, no names',
      query: AnalyticsQuery(),
      answer: { name: 'SegmentsAnswer', schema: SegmentsAnswer },
      example: `${A}/customer-similarity`,
    },
    ofShop,
  ),
  read(
    {
      name: 'collaborativeMetrics',
      path: `${A}/collaborative-metrics`,
      summary: 'Figures of the orders and of what was made of them',
      query: MetricsQuery(),
      answer: { name: 'MetricsAnswer', schema: MetricsAnswer },
      example: `${A}/collaborative-metrics`,
    },
    ofShop,
  ),
];
