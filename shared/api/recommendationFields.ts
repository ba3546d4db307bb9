import type { Recommendation } from './recommendation.ts';

const ALL: Readonly<Record<keyof Recommendation, true>> = {
  product_id: true,
  storefront_id: true,
  product_name: true,
  category: true,
  category_path: true,
  price: true,
  currency: true,
  url: true,
  handle: true,
  variant_id: true,
  image_url: true,
  available: true,
  score: true,
  score_kind: true,
  reason: true,
  reason_code: true,
  reason_product_id: true,
  step: true,
};

/** What `fields` may name. The schemas of answers are for who reads them: the Worker does not carry them. */
export const RECOMMENDATION_FIELDS = Object.keys(ALL) as (keyof Recommendation)[];
export type RecommendationField = (typeof RECOMMENDATION_FIELDS)[number];
