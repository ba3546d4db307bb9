import * as z from 'zod';

/** Document `places`: a user record's place p (1-based) is entry p - 1. */
export const Places = z.array(z.tuple([z.string().nullable(), z.string().nullable()]));
export type Places = z.infer<typeof Places>;

/**
 * Document `analytics_pairs`: the products most often bought together in the whole shop, most orders
 * first: [item number, item number, orders that hold both, lift].
 */
export const AnalyticsPairs = z.array(
  z.tuple([z.int().min(1), z.int().min(1), z.int().min(0), z.number().min(0)]),
);
export type AnalyticsPairs = z.infer<typeof AnalyticsPairs>;
