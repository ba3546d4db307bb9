import * as z from 'zod';
import { ProductCard } from '../catalogue/card.ts';
import { RulesDocument } from '../rules/rulesDocument.ts';

/** A bundle costs start time in every isolate: cards beyond this are not worth it on the worst day. */
export const LARGEST_DEFAULTS_BYTES = 100_000;

/**
 * What the Worker bundles at deploy and answers from when neither KV nor Postgres can be reached.
 * Written by `batch defaults`; at most LARGEST_DEFAULTS_BYTES of JSON.
 */
export const Defaults = z.object({
  /** When the snapshot behind it was made, ISO 8601; null in the empty file of a fresh clone. */
  generated_at: z.string().nullable(),
  snapshot_id: z.int().nullable(),
  /** Sellable products only, under the shop's own item numbers. */
  products: z.array(z.object({ item: z.int().min(1), card: ProductCard })),
  /**
   * Item numbers, best first, by list name as in shared/snapshot/listKeys.ts: `overall` always, then
   * categories, provinces and cities as far as the size allows. Every item stands in `products`.
   */
  lists: z.record(z.string(), z.array(z.int().min(1))),
  /** The shop's rules then; what is hidden stays hidden when no store can be read. */
  rules: RulesDocument.optional(),
});
export type Defaults = z.infer<typeof Defaults>;
