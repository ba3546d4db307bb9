import { NextQuery, PageQuery, PopularQuery, ProductsQuery, UserQuery } from '../../shared/api/query.ts';
import {
  AffinityAnswer,
  CartAnswer,
  PageAnswer,
  PopularAnswer,
  ProductAnswer,
  UserAnswer,
} from '../../shared/api/recommendation.ts';
import { type DescribedRead, read } from './describedRead.ts';

const R = '/api/v1/personalize/recommendations';
const user = { name: 'UserAnswer', schema: UserAnswer };
const popular = { name: 'PopularAnswer', schema: PopularAnswer };
const ofCustomer = { proof: 'shopper' } as const;

/** Lists of products for customers, products and places. */
export const RECOMMENDATION_READS: readonly DescribedRead[] = [
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
];
