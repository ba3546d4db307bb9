import type * as z from 'zod';
import { MetricsAnswer, ProductsAnswer, SegmentsAnswer } from '../../shared/api/analytics.ts';
import { OlderAnswer } from '../../shared/api/older.ts';
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

/** One read of the API, as the OpenAPI document describes it. */
export interface DescribedRead {
  /** The name of the operation, and of the client's method. */
  readonly name: string;
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodObject | null;
  readonly answer: { readonly name: string; readonly schema: z.ZodType };
  /** A question of the sample shop, below the address; its answer is the document's example. */
  readonly example: string;
  /** Whether it may answer 503: for shoppers there is always an answer, for others not. */
  readonly mayBeUnavailable?: boolean;
}

const R = '/api/v1/personalize/recommendations';
const A = '/api/v1/analytics';
const user = { name: 'UserAnswer', schema: UserAnswer };
const popular = { name: 'PopularAnswer', schema: PopularAnswer };

export const READS: readonly DescribedRead[] = [
  {
    name: 'user',
    path: `${R}/user/{user_id}`,
    summary: "A customer's list; any id is accepted",
    query: UserQuery,
    answer: user,
    example: `${R}/user/ayesha?limit=2`,
  },
  {
    name: 'userAtOlderAddress',
    path: `${R}/{user_id}`,
    summary: 'The same at its older address',
    query: UserQuery,
    answer: user,
    example: `${R}/ayesha?limit=1`,
  },
  {
    name: 'itemAffinity',
    path: `${R}/item-affinity/{user_id}`,
    summary: "Products whose likeliest customers include this one, and the customer's categories",
    query: UserQuery,
    answer: { name: 'AffinityAnswer', schema: AffinityAnswer },
    example: `${R}/item-affinity/ayesha?limit=1`,
  },
  {
    name: 'next',
    path: `${R}/next`,
    summary: "The customer's list blended with what goes with the products being looked at",
    query: NextQuery,
    answer: user,
    example: `${R}/next?user=ayesha&context=P-3&limit=2`,
  },
  {
    name: 'page',
    path: `${R}/page`,
    summary: 'Several lists for one page; no product stands in two of them',
    query: PageQuery,
    answer: { name: 'PageAnswer', schema: PageAnswer },
    example: `${R}/page?slots=user:2,similar:1,popular:1&user=ayesha&items=P-3`,
  },
  {
    name: 'similar',
    path: `${R}/similar/{product_id}`,
    summary: 'What goes with a product, and with more of them named in items',
    query: ProductsQuery,
    answer: { name: 'ProductAnswer', schema: ProductAnswer },
    example: `${R}/similar/P-1?limit=2`,
  },
  {
    name: 'similarToSeveral',
    path: `${R}/similar`,
    summary: 'What goes with several products, each alone',
    query: ProductsQuery,
    answer: { name: 'ProductAnswer', schema: ProductAnswer },
    example: `${R}/similar?items=P-1,P-2&limit=1&fields=product_name,url,variant_id,reason`,
  },
  {
    name: 'cart',
    path: `${R}/cart`,
    summary: 'What goes with several products together',
    query: ProductsQuery,
    answer: { name: 'CartAnswer', schema: CartAnswer },
    example: `${R}/cart?items=P-1,P-2&limit=1`,
  },
  {
    name: 'popular',
    path: `${R}/popular`,
    summary: 'What is popular in the shop, a category or a place',
    query: PopularQuery,
    answer: popular,
    example: `${R}/popular?category=Bedding&limit=1`,
  },
  {
    name: 'byLocation',
    path: `${R}/by-location`,
    summary: 'What is popular at a place',
    query: PopularQuery,
    answer: popular,
    example: `${R}/by-location?province=Punjab&city=Lahore&limit=1`,
  },
  {
    name: 'trending',
    path: `${R}/trending`,
    summary: 'What sells more than it did',
    query: PopularQuery,
    answer: popular,
    example: `${R}/trending?limit=1`,
  },
  {
    name: 'collaborativeProducts',
    path: `${A}/collaborative-products`,
    summary: 'Products by how many others are bought together with them',
    query: AnalyticsQuery,
    answer: { name: 'ProductsAnswer', schema: ProductsAnswer },
    example: `${A}/collaborative-products?limit=1`,
    mayBeUnavailable: true,
  },
  {
    name: 'collaborativePairs',
    path: `${A}/collaborative-pairs`,
    summary: 'Products bought together, in the whole shop or with one of them',
    query: PairsQuery,
    answer: { name: 'PairsAnswer', schema: PairsAnswer },
    example: `${A}/collaborative-pairs?product_id=P-1&limit=1`,
    mayBeUnavailable: true,
  },
  {
    name: 'customerSimilarity',
    path: `${A}/customer-similarity`,
    summary: 'Groups of customers who buy alike: their sizes and tastes, no names',
    query: AnalyticsQuery,
    answer: { name: 'SegmentsAnswer', schema: SegmentsAnswer },
    example: `${A}/customer-similarity`,
    mayBeUnavailable: true,
  },
  {
    name: 'collaborativeMetrics',
    path: `${A}/collaborative-metrics`,
    summary: 'Figures of the orders and of what was made of them',
    query: MetricsQuery,
    answer: { name: 'MetricsAnswer', schema: MetricsAnswer },
    example: `${A}/collaborative-metrics`,
    mayBeUnavailable: true,
  },
  {
    name: 'status',
    path: '/api/v1/personalize/status',
    summary: 'What the Worker answers from, and how each store does',
    query: null,
    answer: { name: 'StatusAnswer', schema: AnyStatusAnswer },
    example: '/api/v1/personalize/status',
  },
  {
    name: 'health',
    path: '/health',
    summary: 'That the Worker answers, and from what',
    query: null,
    answer: { name: 'HealthAnswer', schema: HealthAnswer },
    example: '/health',
  },
  {
    name: 'live',
    path: '/health/live',
    summary: 'That the Worker answers, without a read',
    query: null,
    answer: { name: 'LiveAnswer', schema: LiveAnswer },
    example: '/health/live',
  },
  {
    name: 'ready',
    path: '/health/ready',
    summary: "That the shop's own lists can be read",
    query: null,
    answer: { name: 'ReadyAnswer', schema: ReadyAnswer },
    example: '/health/ready',
    mayBeUnavailable: true,
  },
  {
    name: 'older',
    path: '/recommendations/{user_id}',
    summary: 'For clients of the older service',
    query: UserQuery,
    answer: { name: 'OlderAnswer', schema: OlderAnswer },
    example: '/recommendations/ayesha?numResults=1',
  },
];

export const PARAMETERS: Readonly<Record<string, string>> = {
  user_id: "The customer's id in any system, up to 256 characters; blank: a guest",
  product_id: "The product's id in any system, up to 256 characters",
  limit: 'How many items, 10 unless told',
  numResults: 'Older name of limit',
  offset: 'How many items to pass over',
  exclude: 'Products to leave out, at most 200',
  exclude_bought: '1: also leave out of the own list what was bought',
  price_min: 'Only products at this price or above it',
  price_max: 'Only products at this price or below it',
  in_stock: '0: sold-out products too, marked available: false',
  province: 'The place to fall back to; case and accents do not count',
  city: 'The place to fall back to; case and accents do not count',
  category:
    "A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list",
  items: 'Products the list is about; none of them is in the answer',
  user: "The customer's id in any system; blank: a guest",
  context: 'Products being looked at',
  fields: 'What to say of each product, besides its product_id; everything unless told',
  slots: 'The lists of the page: reads, each perhaps with its number of items, such as user:8,similar:4',
  strict: '1: refuse parameters nobody knows, instead of naming them in warnings',
  id_source: 'The system whose ids are given; without it ids of any system are accepted',
};
