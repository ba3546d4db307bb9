import * as z from 'zod';
import { DrillFaults } from './drillFaults.ts';
import { PLACEMENTS } from './placement.ts';

/** A rule as the edge applies it: products by item number, times as milliseconds, names comparable. */
export const EdgeRule = z.object({
  id: z.string(),
  effect: z.enum(['pin', 'boost', 'bury', 'hide']),
  /** Item numbers; empty when the rule names a category. */
  items: z.array(z.int().min(1)),
  /** placeKey() of the category whose products are meant; null when they are named. */
  category: z.string().nullable(),
  /** Position of a pin, places of a boost or bury, 0 of a hide. */
  amount: z.int().min(0),
  placements: z.array(z.enum(PLACEMENTS)).nullable(),
  /** placeKey() of the category a list must be about. */
  in_category: z.string().nullable(),
  /** placeKey() of the province. */
  province: z.string().nullable(),
  /** Milliseconds since 1970. */
  from: z.number().nullable(),
  until: z.number().nullable(),
});
export type EdgeRule = z.infer<typeof EdgeRule>;

/** All rules at one version. Truth is in Postgres; KV holds this mirror under RULES_KEY. */
export const RulesDocument = z.object({
  format: z.literal(1),
  version: z.int().min(0),
  /** When this version was made, ISO 8601. */
  updated_at: z.string().nullable(),
  rules: z.array(EdgeRule),
  /** A fault played for the whole shop, over at `until`, milliseconds since 1970. */
  drill: z.object({ faults: DrillFaults, until: z.number() }).optional(),
});
export type RulesDocument = z.infer<typeof RulesDocument>;

export const RULES_KEY = 'rules/document';

export const NO_RULES: RulesDocument = { format: 1, version: 0, updated_at: null, rules: [] };
