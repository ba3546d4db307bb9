import * as z from 'zod';
import { Provenance } from './recommendation.ts';

/** Two products and how often they are bought together. */
export const ProductPair = z.object({
  product_id: z.string(),
  product_name: z.string(),
  paired_product_id: z.string(),
  paired_product_name: z.string(),
  /** Orders that hold both. */
  orders: z.int(),
  /** How many times more often than by chance; null when unknown. */
  lift: z.number().nullable(),
  /** Share of the first product's orders that hold the other too; null when unknown. */
  confidence: z.number().nullable(),
});
export type ProductPair = z.infer<typeof ProductPair>;

export const PairsAnswer = Provenance.extend({
  /** Null: the most frequent pairs of the whole shop. */
  product_id: z.string().nullable(),
  /** False when the shop's snapshot does not hold the product. */
  known: z.boolean(),
  pairs: z.array(ProductPair),
});
export type PairsAnswer = z.infer<typeof PairsAnswer>;
