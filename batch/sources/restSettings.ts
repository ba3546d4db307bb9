import { z } from 'zod';

const Param = z.union([z.string(), z.number(), z.boolean()]);
const Name = z.string().min(1);
const Size = { size_param: Name.nullable().default(null), size: z.int().min(1).max(10_000).default(100) };

/** How an interface gives long lists in pieces. */
const Paging = z.discriminatedUnion('style', [
  z.strictObject({ style: z.literal('none') }),
  z.strictObject({
    style: z.literal('page'),
    param: Name.default('page'),
    first: z.int().min(0).default(1),
    /** Path to the number of pages; without it, pages are asked for until one is empty. */
    pages: Name.nullable().default(null),
    ...Size,
  }),
  z.strictObject({ style: z.literal('offset'), param: Name.default('offset'), ...Size }),
  z.strictObject({
    style: z.literal('cursor'),
    param: Name.default('cursor'),
    /** Path to the cursor of the next page; none or blank on the last. */
    next: Name,
    ...Size,
  }),
  z.strictObject({
    style: z.literal('link'),
    /** Path to the address of the next page; without it, the answer's Link header (rel="next"). */
    next: Name.nullable().default(null),
    ...Size,
  }),
]);
export type Paging = z.infer<typeof Paging>;

const RestPart = z.strictObject({
  /** Below base_url. */
  path: Name,
  params: z.record(z.string(), Param).default({}),
  /** Path to the array of records; without it, the answer itself or the one array in it. */
  records: Name.nullable().default(null),
  /** `lines`: each record is one line of an order, not a whole order. */
  rows: z.enum(['records', 'lines']).default('records'),
  paging: Paging.default({
    style: 'page',
    param: 'page',
    first: 1,
    pages: null,
    size_param: null,
    size: 100,
  }),
  /** The parameter that asks for what has changed since a time. Without it everything is read every time. */
  since: z
    .strictObject({
      param: Name,
      format: z.enum(['iso', 'date', 'unix', 'unix_ms']).default('iso'),
      /** What to ask for the first time, where the interface insists. */
      initial: Param.nullable().default(null),
    })
    .nullable()
    .default(null),
});
export type RestPart = z.infer<typeof RestPart>;

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** An interface that answers with pages of JSON. */
export const RestSettings = z.strictObject({
  type: z.literal('rest'),
  base_url: z.url({ protocol: /^https?$/ }),
  /** Allows http:// to another machine, where the token can be overheard. */
  insecure: z.boolean().default(false),
  auth: z
    .strictObject({
      header: Name.default('Authorization'),
      /** Put before the token; Basic encodes it, '' puts nothing. */
      scheme: z.string().default('Bearer'),
      token_env: Name,
    })
    .nullable()
    .default(null),
  headers: z.record(z.string(), z.string()).default({}),
  requests_per_second: z.number().positive().max(1000).default(5),
  timeout_seconds: z.number().positive().max(600).default(60),
  overlap_minutes: z.number().min(0).default(60),
  orders: RestPart.optional(),
  customers: RestPart.optional(),
  products: RestPart.extend({
    /** Whether the list is the whole catalogue, so that what it lacks is no longer sold; usually, without `since`. */
    complete: z.boolean().optional(),
  }).optional(),
});
export type RestSettings = z.infer<typeof RestSettings>;

/** What one setting alone cannot show. */
export function restProblems(settings: RestSettings): string[] {
  const { protocol, hostname } = new URL(settings.base_url);
  const problems: string[] = [];
  if (protocol === 'http:' && !settings.insecure && !LOOPBACK.test(hostname))
    problems.push('base_url: is not https, so the token could be overheard; "insecure": true allows it');
  if (settings.products?.complete === true && settings.products.since !== null)
    problems.push('products: a list since a time is not complete: set either "since" or "complete"');
  return problems;
}
