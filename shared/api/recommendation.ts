import * as z from 'zod';
import { ProductCard } from '../catalogue/card.ts';
import { PLACEMENTS } from '../rules/placement.ts';
import { SOURCES } from './sources.ts';

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
  'pinned',
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
  'for_you',
  'pinned',
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

/** An item of an answer that was asked for some fields only; it always has its product_id. */
export const RecommendationPart = Recommendation.partial().required({ product_id: true });
export type RecommendationPart = z.infer<typeof RecommendationPart>;

/**
 * A part that had to be read from a lower store than the best one. `stale`: a document that changes between
 * snapshots could not be read, and this is how it was some minutes ago.
 */
export const Degraded = z.object({ part: z.string(), source: z.enum([...SOURCES, 'stale']) });
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
  rules: RulesState,
});
export type RecommendationList = z.infer<typeof RecommendationList>;

/** Answer of the user reads; user_id is null for a guest. */
export const UserAnswer = z.object({ user_id: z.string().nullable() }).extend(RecommendationList.shape);
export type UserAnswer = z.infer<typeof UserAnswer>;

/** A category a customer buys from, and how many products of theirs and of their affinity stand in it. */
export const CustomerCategory = z.object({
  category: z.string(),
  category_path: z.array(z.string()),
  products: z.int(),
});
export type CustomerCategory = z.infer<typeof CustomerCategory>;

/** Answer of item-affinity: the customer's categories, most products first; empty for an unknown one. */
export const AffinityAnswer = z
  .object({ user_id: z.string().nullable(), categories: z.array(CustomerCategory) })
  .extend(RecommendationList.shape);
export type AffinityAnswer = z.infer<typeof AffinityAnswer>;

/** Answer of the similar read: the product of the path, and all products asked about. */
export const ProductAnswer = z
  .object({ product_id: z.string().nullable(), items: z.array(z.string()) })
  .extend(RecommendationList.shape);
export type ProductAnswer = z.infer<typeof ProductAnswer>;

/** Answer of the cart read: `items` as they were asked. */
export const CartAnswer = z.object({ items: z.array(z.string()) }).extend(RecommendationList.shape);
export type CartAnswer = z.infer<typeof CartAnswer>;

/** Answer of by-location, popular and trending: the place and category the list was sought for. */
export const PopularAnswer = z
  .object({
    province: z.string().nullable(),
    city: z.string().nullable(),
    category: z.string().nullable(),
  })
  .extend(RecommendationList.shape);
export type PopularAnswer = z.infer<typeof PopularAnswer>;

/** One list of a page. */
export const PageSlot = z.object({
  /** As it was asked for. */
  slot: z.string(),
  placement: z.enum(PLACEMENTS),
  recommendations: z.array(Recommendation),
  personal: z.boolean(),
  fallback: Step.nullable(),
  source: Source,
});
export type PageSlot = z.infer<typeof PageSlot>;

/** Answer of the page read: no product stands in two of its lists. */
export const PageAnswer = z
  .object({ user_id: z.string().nullable(), slots: z.array(PageSlot) })
  .extend(Provenance.shape)
  .extend({ rules: RulesState });
export type PageAnswer = z.infer<typeof PageAnswer>;
