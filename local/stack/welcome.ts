import { z } from 'zod';
import { keptOutside } from '../postgres/outside.ts';
import type { Home } from './home.ts';
import { ask } from './prepareShop.ts';
import type { Shop } from './shop.ts';
import type { Variables } from './variables.ts';

const Example = z.object({
  customer: z.string().nullable(),
  orders: z.coerce.number().nullable(),
  product: z.string().nullable(),
  product_name: z.string().nullable(),
  province: z.string().nullable(),
  city: z.string().nullable(),
});
/** Ids of this shop that make good examples. */
type Example = z.infer<typeof Example>;

/** A customer of some orders, the product most often bought, and where most orders go. */
const exampleSql = `
WITH customer AS (
  SELECT unified_customer_id, count(*) AS orders FROM orders
  WHERE unified_customer_id IS NOT NULL AND status = 'completed'
  GROUP BY 1 ORDER BY count(*) BETWEEN 3 AND 10 DESC, count(*) DESC, 1 LIMIT 1
), product AS (
  SELECT product_id, product_name FROM order_items JOIN products USING (item_number)
  WHERE recommendable GROUP BY product_id, product_name ORDER BY count(*) DESC, 1 LIMIT 1
), place AS (
  SELECT province, city FROM orders WHERE province IS NOT NULL GROUP BY 1, 2 ORDER BY count(*) DESC, 1, 2 LIMIT 1
)
SELECT unified_customer_id AS customer, orders, product_id AS product, product_name, province, city
FROM (SELECT) one LEFT JOIN customer ON true LEFT JOIN product ON true LEFT JOIN place ON true`;

export interface Served {
  readonly home: Home;
  readonly url: string;
  readonly shop: Shop;
  readonly databaseUrl: string;
  readonly variables: Variables;
}

/** What is printed once everything runs: where it is, five requests to paste, and what next. */
export async function welcome(served: Served): Promise<string> {
  const [row] = await ask(served.databaseUrl, exampleSql);
  const { url, home } = served;
  const { AWS_ENDPOINT_URL_S3: s3Url, AWS_ENDPOINT_URL_PERSONALIZE: personalizeUrl } = served.variables;
  const requests = exampleRequests(Example.parse(row)).flatMap(([shows, path]) => [
    `  # ${shows}`,
    `  curl -s '${url}/api/v1/${path}'`,
  ]);
  return [
    '',
    `Ready: ${url}   (${describeShop(served.shop)})`,
    '',
    'Try, in another terminal:',
    ...requests,
    '',
    'Addresses:',
    `  Worker       ${url}/health`,
    `  PostgreSQL   ${served.databaseUrl}`,
    `  S3           ${s3Url}`,
    `  Personalize  ${personalizeUrl}`,
    '',
    `Batch          ${batchHint(home)}`,
    'Own orders     npm start -- --orders FILE   (docs/ingest.md says what a file looks like)',
    'Test           npm test',
    `Stop           Ctrl-C   (${keptWhere(home.dir, await keptOutside(home.path('postgres')))})`,
    '',
  ].join('\n');
}

function keptWhere(folder: string, outside: string | null): string {
  return outside === null
    ? `everything is kept in ${folder}; delete that folder to begin anew`
    : `everything is kept in ${folder}, the orders in ${outside}; delete both to begin anew`;
}

function exampleRequests(example: Example): [shows: string, path: string][] {
  const { customer, orders, product, product_name: name, province, city } = example;
  const reads = 'personalize/recommendations';
  const place = new URLSearchParams();
  if (province !== null) place.set('province', province);
  if (city !== null) place.set('city', city);
  const at = place.size === 0 ? '' : `&${place}`;
  return [
    [
      `a customer with ${orders ?? 'some'} orders: what to offer next, and why`,
      `${reads}/user/${inPath(customer ?? 'unknown')}?limit=3`,
    ],
    [
      `products like ${inComment(name ?? 'the best seller')}`,
      `${reads}/similar/${inPath(product ?? 'unknown')}?limit=3`,
    ],
    [
      `what is popular in ${inComment([city, province].filter((part) => part !== null).join(', ') || 'one place')}`,
      `${reads}/by-location?limit=3${at}`,
    ],
    ['somebody nobody knows: what is popular, marked as such', `${reads}/user/nobody-knows-me?limit=3`],
    ['products bought together more often than by chance', 'analytics/collaborative-pairs?limit=3'],
  ];
}

/** An id as a path segment within single quotes. */
function inPath(id: string): string {
  return encodeURIComponent(id).replaceAll("'", '%27');
}

/** A name from the data as part of a shell comment: one line, nothing that a terminal would act on. */
function inComment(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}

function describeShop(shop: Shop): string {
  return shop.kind === 'sample' ? `a sample shop of ${shop.users} customers` : shop.orders.path;
}

function batchHint(home: Home): string {
  const isDefault = home.path('env') === `${process.cwd()}/.local/env`;
  return isDefault
    ? 'npm run batch -- status'
    : `node --env-file=${home.path('env')} --import tsx batch/main.ts status`;
}
