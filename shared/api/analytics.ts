import * as z from 'zod';
import { Provenance } from './recommendation.ts';

/** A product and how it is bought: alone, together, again. */
export const ProductFigures = z.object({
  product_id: z.string(),
  product_name: z.string(),
  category_path: z.array(z.string()),
  orders: z.int(),
  customers: z.int(),
  /** Share of its customers who ordered it more than once; null without customers. */
  repeat_rate: z.number().nullable(),
  /** Distinct products bought together with it. */
  neighbours: z.int(),
  /** The product that goes with it best. */
  best_pair: z
    .object({
      product_id: z.string(),
      product_name: z.string(),
      /** Orders that hold both. */
      orders: z.int(),
      /** Share of the product's orders that hold both. */
      confidence: z.number(),
    })
    .nullable(),
});
export type ProductFigures = z.infer<typeof ProductFigures>;

/** Answer of collaborative-products: what is bought together with most others first. */
export const ProductsAnswer = Provenance.extend({ products: z.array(ProductFigures) });
export type ProductsAnswer = z.infer<typeof ProductsAnswer>;

/** Customers who buy alike. Who they are is not in the answer, nor in the snapshot. */
export const CustomerSegment = z.object({
  /** 1 = the largest. */
  segment: z.int(),
  customers: z.int(),
  /** Of all customers with an order. */
  share: z.number(),
  /** Mean orders a customer. */
  orders_per_customer: z.number(),
  /** How alike they are: mean cosine of a customer's categories to those of the segment, 0 … 1. */
  similarity: z.number(),
  tastes: z.array(
    z.object({
      category: z.string(),
      category_path: z.array(z.string()),
      /** Of what they buy. */
      share: z.number(),
      /** How many times the category's share in the whole shop. */
      lift: z.number(),
    }),
  ),
});
export type CustomerSegment = z.infer<typeof CustomerSegment>;

/** Answer of customer-similarity. */
export const SegmentsAnswer = Provenance.extend({
  customers: z.int(),
  /** Groups of fewer customers are not shown. */
  least_customers: z.int(),
  segments: z.array(CustomerSegment),
});
export type SegmentsAnswer = z.infer<typeof SegmentsAnswer>;

/** Answer of collaborative-metrics. */
export const MetricsAnswer = Provenance.extend({
  /** Newest order the snapshot knows of. */
  data_until: z.string().nullable(),
  metrics: z.record(z.string(), z.number()),
});
export type MetricsAnswer = z.infer<typeof MetricsAnswer>;
