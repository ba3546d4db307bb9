import type * as z from 'zod';
import { MetricsAnswer, ProductsAnswer, SegmentsAnswer } from '../../shared/api/analytics.ts';
import { OlderAnswer, OlderSubmit } from '../../shared/api/older.ts';
import { PairsAnswer } from '../../shared/api/pairs.ts';
import {
  AnalyticsQuery,
  MetricsQuery,
  NextQuery,
  PageQuery,
  PairsQuery,
  PopularQuery,
  ProductsQuery,
  UserQuery,
} from '../../shared/api/query.ts';
import {
  AffinityAnswer,
  CartAnswer,
  PageAnswer,
  PopularAnswer,
  ProductAnswer,
  UserAnswer,
} from '../../shared/api/recommendation.ts';
import { AnyStatusAnswer, HealthAnswer, LiveAnswer, ReadyAnswer } from '../../shared/api/status.ts';
import type { DescribedOperation, NamedShape } from './operation.ts';

/** A read: a GET that answers 200, whatever is down, unless it says otherwise. */
export interface DescribedRead extends DescribedOperation {
  readonly answer: NamedShape & { readonly status: 200 };
  /** A question of the sample shop; its answer is the document's example. */
  readonly example: string;
}

interface Told {
  readonly name: string;
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodObject | null;
  readonly answer: NamedShape;
  readonly example: string;
}

/** What reads have in common, by where they stand. */
function read({ answer, ...told }: Told, more: Partial<DescribedOperation> = {}): DescribedRead {
  return {
    ...{ ...told, method: 'get', tag: 'recommendations', proof: 'none', caching: 'cached' },
    problems: told.query === null ? [] : ['invalid_parameter'],
    ...more,
    answer: { ...answer, status: 200 },
  };
}
const ofCustomer = { proof: 'shopper' } as const;
const ofShop: Partial<DescribedOperation> = {
  ...{ tag: 'analytics', proof: 'analytics' },
  problems: ['invalid_parameter', 'unauthorized', 'unavailable'],
};
/** Those of one product are for everybody. */
const ofPairs: Partial<DescribedOperation> = { ...ofShop, proof: 'details' };
const ofService = { tag: 'service', caching: 'none', proof: 'details' } as const;

const R = '/api/v1/personalize/recommendations';
const A = '/api/v1/analytics';
const user = { name: 'UserAnswer', schema: UserAnswer };
const popular = { name: 'PopularAnswer', schema: PopularAnswer };

export const READS: readonly DescribedRead[] = [
  read(
    {
      name: 'user',
      path: `${R}/user/{user_id}`,
      summary: "A customer's list; any id is accepted",
      query: UserQuery(),
      answer: user,
      example: `${R}/user/ayesha?limit=2`,
    },
    ofCustomer,
  ),
  read(
    {
      name: 'userAtOlderAddress',
      path: `${R}/{user_id}`,
      summary: 'The same at its older address',
      query: UserQuery(),
      answer: user,
      example: `${R}/ayesha?limit=1`,
    },
    ofCustomer,
  ),
  read(
    {
      name: 'itemAffinity',
      path: `${R}/item-affinity/{user_id}`,
      summary: "Products whose likeliest customers include this one, and the customer's categories",
      query: UserQuery(),
      answer: { name: 'AffinityAnswer', schema: AffinityAnswer },
      example: `${R}/item-affinity/ayesha?limit=1`,
    },
    ofCustomer,
  ),
  read(
    {
      name: 'next',
      path: `${R}/next`,
      summary: "The customer's list blended with what goes with the products being looked at",
      query: NextQuery(),
      answer: user,
      example: `${R}/next?user=ayesha&context=P-3&limit=2`,
    },
    ofCustomer,
  ),
  read(
    {
      name: 'page',
      path: `${R}/page`,
      summary: 'Several lists for one page; no product stands in two of them',
      query: PageQuery(),
      answer: { name: 'PageAnswer', schema: PageAnswer },
      example: `${R}/page?slots=user:2,similar:1,popular:1&user=ayesha&items=P-3`,
    },
    ofCustomer,
  ),
  read({
    name: 'similar',
    path: `${R}/similar/{product_id}`,
    summary: 'What goes with a product, and with more of them named in items',
    query: ProductsQuery(),
    answer: { name: 'ProductAnswer', schema: ProductAnswer },
    example: `${R}/similar/P-1?limit=2`,
  }),
  read({
    name: 'similarToSeveral',
    path: `${R}/similar`,
    summary: 'What goes with several products, each alone',
    query: ProductsQuery(),
    answer: { name: 'ProductAnswer', schema: ProductAnswer },
    example: `${R}/similar?items=P-1,P-2&limit=1&fields=product_name,url,variant_id,reason`,
  }),
  read({
    name: 'cart',
    path: `${R}/cart`,
    summary: 'What goes with several products together',
    query: ProductsQuery(),
    answer: { name: 'CartAnswer', schema: CartAnswer },
    example: `${R}/cart?items=P-1,P-2&limit=1`,
  }),
  read({
    name: 'popular',
    path: `${R}/popular`,
    summary: 'What is popular in the shop, a category or a place',
    query: PopularQuery(),
    answer: popular,
    example: `${R}/popular?category=Bedding&limit=1`,
  }),
  read({
    name: 'byLocation',
    path: `${R}/by-location`,
    summary: 'What is popular at a place',
    query: PopularQuery(),
    answer: popular,
    example: `${R}/by-location?province=Punjab&city=Lahore&limit=1`,
  }),
  read({
    name: 'trending',
    path: `${R}/trending`,
    summary: 'What sells more than it did',
    query: PopularQuery(),
    answer: popular,
    example: `${R}/trending?limit=1`,
  }),
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
  read(
    {
      name: 'status',
      path: '/api/v1/personalize/status',
      summary: 'What the Worker answers from, and how each store does',
      query: null,
      answer: { name: 'StatusAnswer', schema: AnyStatusAnswer },
      example: '/api/v1/personalize/status',
    },
    ofService,
  ),
  read(
    {
      name: 'health',
      path: '/health',
      summary: 'That the Worker answers, and from what',
      query: null,
      answer: { name: 'HealthAnswer', schema: HealthAnswer },
      example: '/health',
    },
    ofService,
  ),
  read(
    {
      name: 'live',
      path: '/health/live',
      summary: 'That the Worker answers, without a read',
      query: null,
      answer: { name: 'LiveAnswer', schema: LiveAnswer },
      example: '/health/live',
    },
    { ...ofService, proof: 'none' },
  ),
  read(
    {
      name: 'ready',
      path: '/health/ready',
      summary: "That the shop's own lists can be read",
      query: null,
      answer: { name: 'ReadyAnswer', schema: ReadyAnswer },
      example: '/health/ready',
    },
    { ...ofService, proof: 'none', problems: ['not_ready'] },
  ),
  read(
    {
      name: 'older',
      path: '/recommendations/{user_id}',
      summary: 'For clients of the older service',
      query: UserQuery(),
      answer: { name: 'OlderAnswer', schema: OlderAnswer },
      example: '/recommendations/ayesha?numResults=1',
    },
    { tag: 'older clients', proof: 'shopper', caching: 'none' },
  ),
];

/** Beside the reads: what older clients send. */
export const OLDER: readonly DescribedOperation[] = [
  {
    ...{ name: 'submit', method: 'post', path: '/submit', query: UserQuery(), tag: 'older clients' },
    summary: 'The same as they sent it',
    body: {
      ...{ name: 'OlderSubmit', schema: OlderSubmit },
      example: { user_id: 'ayesha', event: 'get_recommendations' },
    },
    answer: { status: 200, name: 'OlderAnswer', schema: OlderAnswer },
    ...{ proof: 'shopper', caching: 'none', problems: ['invalid_parameter', 'too_large'] },
  },
  {
    ...{ name: 'gone', method: 'get', path: '/api/v1/ml/{old}', query: null, tag: 'older clients' },
    summary: 'What has been replaced; the answer names the new address',
    ...{ answer: null, proof: 'none', caching: 'none', problems: ['gone'] },
  },
];
