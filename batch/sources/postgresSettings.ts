import { z } from 'zod';

const Query = z.strictObject({
  /** One row a record, or a line of an order. `$1` is the time since when; without it, everything is read every time. */
  query: z.string().min(1),
});

/** Another database. */
export const PostgresSettings = z.strictObject({
  type: z.literal('postgres'),
  /** Environment variable with the connection string. A role that may only read is enough. */
  url_env: z.string().min(1),
  overlap_minutes: z.number().min(0).default(60),
  orders: Query.optional(),
  customers: Query.optional(),
  products: Query.extend({
    /** Whether the query gives the whole catalogue, so that what it lacks is no longer sold; usually, without `$1`. */
    complete: z.boolean().optional(),
  }).optional(),
});
export type PostgresSettings = z.infer<typeof PostgresSettings>;
