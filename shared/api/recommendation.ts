import * as z from 'zod';
import { ProductCard } from '../catalogue/card.ts';

/** Stores from best to last resort. */
const SOURCES = ['kv', 'kv_previous', 'postgres', 'defaults'] as const;
export const Source = z.enum(SOURCES);
export type Source = z.infer<typeof Source>;

/** Which step of the content ladder gave an item. */
export const Step = z.enum([
  'personal',
  'affinity',
  'similar',
  'popular_in_city',
  'popular_in_province',
  'popular_in_category',
  'popular_overall',
  'trending',
  'defaults',
]);
export type Step = z.infer<typeof Step>;

export const ReasonCode = z.enum([
  'similar_taste',
  'bought_with',
  'similar_to',
  'buy_again',
  'affinity',
  'popular_in_place',
  'popular_in_category',
  'popular',
  'trending',
]);
export type ReasonCode = z.infer<typeof ReasonCode>;

export const ScoreKind = z.enum(['probability', 'relative']);
export type ScoreKind = z.infer<typeof ScoreKind>;

/** How fresh the shop's rules are that a list was made by: as written, the last known ones, or none known. */
export const RulesState = z.enum(['live', 'stale', 'bundled']);
export type RulesState = z.infer<typeof RulesState>;

/** A product card and why it is recommended. */
export const Recommendation = ProductCard.extend({
  /** As `score_kind` says; null where the list has no scores. */
  score: z.number().nullable(),
  score_kind: ScoreKind.nullable(),
  /** For people, from order evidence. */
  reason: z.string(),
  reason_code: ReasonCode,
  /** The product the reason speaks of. */
  reason_product_id: z.string().nullable(),
  step: Step,
});
export type Recommendation = z.infer<typeof Recommendation>;

/** A part that had to be read from a lower store than the best one. */
export const Degraded = z.object({ part: z.string(), source: Source });
export type Degraded = z.infer<typeof Degraded>;

/** What stands around every list. */
export const Provenance = z.object({
  /** The store the list came from. */
  source: Source,
  /** Id of the snapshot the list came from. */
  snapshot: z.int().nullable(),
  /** When that snapshot was made, ISO 8601. */
  generated_at: z.string().nullable(),
  degraded: z.array(Degraded),
  warnings: z.array(z.string()),
});
export type Provenance = z.infer<typeof Provenance>;

export const RecommendationList = Provenance.extend({
  recommendations: z.array(Recommendation),
  /** Whether the list was made for this very customer. */
  personal: z.boolean(),
  /** Null when the list is what was asked for, else the step it fell back to. */
  fallback: Step.nullable(),
});
export type RecommendationList = z.infer<typeof RecommendationList>;

/** Answer of the user reads; user_id is null for a guest. */
export const UserAnswer = z.object({ user_id: z.string().nullable() }).extend(RecommendationList.shape);
export type UserAnswer = z.infer<typeof UserAnswer>;

/** Answer of the similar read; product_id is null when none was named. */
export const ProductAnswer = z.object({ product_id: z.string().nullable() }).extend(RecommendationList.shape);
export type ProductAnswer = z.infer<typeof ProductAnswer>;

/** Answer of the cart read: `items` as they were asked. */
export const CartAnswer = z.object({ items: z.array(z.string()) }).extend(RecommendationList.shape);
export type CartAnswer = z.infer<typeof CartAnswer>;

/** Answer of by-location and popular: the place and category the list was sought for. */
export const PopularAnswer = z
  .object({
    province: z.string().nullable(),
    city: z.string().nullable(),
    category: z.string().nullable(),
  })
  .extend(RecommendationList.shape);
export type PopularAnswer = z.infer<typeof PopularAnswer>;
