import type * as z from 'zod';
import { OlderAnswer } from '../../shared/api/older.ts';
import { PairsAnswer } from '../../shared/api/pairs.ts';
import {
  CartQuery,
  CategoryQuery,
  NextQuery,
  PairsQuery,
  PlaceQuery,
  UserQuery,
} from '../../shared/api/query.ts';
import { CartAnswer, PopularAnswer, ProductAnswer, UserAnswer } from '../../shared/api/recommendation.ts';
import { HealthAnswer, StatusAnswer } from '../../shared/api/status.ts';

/** One read of the API, as the OpenAPI document describes it. */
export interface DescribedRead {
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodObject | null;
  readonly answer: { readonly name: string; readonly schema: z.ZodType };
}

const R = '/api/v1/personalize/recommendations';
const user = { name: 'UserAnswer', schema: UserAnswer };
const popular = { name: 'PopularAnswer', schema: PopularAnswer };

export const READS: readonly DescribedRead[] = [
  {
    path: `${R}/user/{user_id}`,
    summary: "A customer's list; any id is accepted",
    query: UserQuery,
    answer: user,
  },
  { path: `${R}/{user_id}`, summary: 'The same at its older address', query: UserQuery, answer: user },
  {
    path: `${R}/item-affinity/{user_id}`,
    summary: 'Products whose likeliest customers include this one',
    query: UserQuery,
    answer: user,
  },
  {
    path: `${R}/next`,
    summary: "The customer's list blended with what goes with the products being looked at",
    query: NextQuery,
    answer: user,
  },
  {
    path: `${R}/similar/{product_id}`,
    summary: 'What goes with a product',
    query: CategoryQuery,
    answer: { name: 'ProductAnswer', schema: ProductAnswer },
  },
  {
    path: `${R}/cart`,
    summary: 'What goes with several products together',
    query: CartQuery,
    answer: { name: 'CartAnswer', schema: CartAnswer },
  },
  {
    path: `${R}/popular`,
    summary: 'What is popular in the shop, a category or a place',
    query: CategoryQuery,
    answer: popular,
  },
  { path: `${R}/by-location`, summary: 'What is popular at a place', query: PlaceQuery, answer: popular },
  { path: `${R}/trending`, summary: 'What sells more than it did', query: PlaceQuery, answer: popular },
  {
    path: '/api/v1/analytics/collaborative-pairs',
    summary: 'Products bought together, in the whole shop or with one of them',
    query: PairsQuery,
    answer: { name: 'PairsAnswer', schema: PairsAnswer },
  },
  {
    path: '/api/v1/personalize/status',
    summary: 'What the Worker answers from, and how each store does',
    query: null,
    answer: { name: 'StatusAnswer', schema: StatusAnswer },
  },
  {
    path: '/health',
    summary: 'That the Worker answers',
    query: null,
    answer: { name: 'HealthAnswer', schema: HealthAnswer },
  },
  {
    path: '/recommendations/{user_id}',
    summary: 'For clients of the older service',
    query: UserQuery,
    answer: { name: 'OlderAnswer', schema: OlderAnswer },
  },
];

export const PARAMETERS: Readonly<Record<string, string>> = {
  user_id: "The customer's id, up to 256 characters; blank: a guest",
  product_id: "The product's id, up to 256 characters",
  limit: 'How many items, 10 unless told',
  numResults: 'Older name of limit',
  offset: 'How many items to pass over',
  exclude: 'Products to leave out, at most 200',
  exclude_bought: '1: also leave out of the own list what was bought',
  province: 'The place to fall back to; case and accents do not count',
  city: 'The place to fall back to; case and accents do not count',
  category: "A category's name, or its path joined by >",
  items: 'Products in the cart',
  user: "The customer's id; blank: a guest",
  context: 'Products being looked at',
};
