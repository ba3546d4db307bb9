import * as z from 'zod';
import { lazily } from '../lazily.ts';

/** Document `places`: a user record's place p (1-based) is entry p - 1. */
export const Places = lazily(() => z.array(z.tuple([z.string().nullable(), z.string().nullable()])));
export type Places = z.infer<ReturnType<typeof Places>>;

/**
 * Document `analytics_pairs`: the products most often bought together in the whole shop, most orders
 * first: [item number, item number, orders that hold both, lift, orders that hold the first].
 */
export const AnalyticsPairs = lazily(() =>
  z.array(z.tuple([z.int().min(1), z.int().min(1), z.int().min(0), z.number().min(0)], z.int().min(0))),
);
export type AnalyticsPairs = z.infer<ReturnType<typeof AnalyticsPairs>>;

/** Document `analytics_products`: products by how much other products' orders tell about them. */
export const AnalyticsProducts = lazily(() =>
  z.array(
    z.object({
      item: z.int().min(1),
      orders: z.int().min(0),
      customers: z.int().min(0),
      /** Customers who ordered it in two or more orders. */
      repeat_customers: z.int().min(0),
      /** Distinct products bought together with it. */
      neighbours: z.int().min(0),
      /** The one that goes with it best, and the orders that hold both. */
      best: z.tuple([z.int().min(1), z.int().min(1)]).nullable(),
    }),
  ),
);
export type AnalyticsProducts = z.infer<ReturnType<typeof AnalyticsProducts>>;

/** Document `analytics_segments`: customers grouped by what they buy. Nobody can be told from it. */
export const AnalyticsSegments = lazily(() =>
  z.object({
    /** Customers of all segments, those of too small ones included. */
    customers: z.int().min(0),
    /** Smallest segment that is shown. */
    least: z.int().min(1),
    segments: z.array(
      z.object({
        customers: z.int().min(1),
        /** Mean orders a customer. */
        orders: z.number().min(0),
        /** Mean cosine of a customer's tastes to those of the segment, 0 … 1. */
        similarity: z.number().min(0).max(1),
        /** Share of a category in what they buy, and how many times that is its share in the shop. */
        tastes: z.array(
          z.object({ category_path: z.array(z.string()), share: z.number(), lift: z.number() }),
        ),
      }),
    ),
  }),
);
export type AnalyticsSegments = z.infer<ReturnType<typeof AnalyticsSegments>>;

/** Document `analytics_metrics`: figures of the shop by name, such as `items_per_order`. */
export const AnalyticsMetrics = lazily(() => z.record(z.string(), z.number()));
export type AnalyticsMetrics = z.infer<ReturnType<typeof AnalyticsMetrics>>;
