import type { Asking } from '../answering/answering.ts';
import { recipeArn } from './recipeArn.ts';

/** What the engine learns for a recipe. */
export type Learner =
  | 'recommender'
  | 'similar-items'
  | 'popularity'
  | 'trending'
  | 'item-affinity'
  | 'item-attribute-affinity';

export interface Recipe {
  readonly name: string;
  readonly arn: string;
  readonly type: string;
  /** Recipes of a domain are for recommenders, the others for solutions. */
  readonly domain: 'ECOMMERCE' | null;
  readonly description: string;
  readonly learner: Learner;
  readonly batchInference: boolean;
  readonly batchSegments: boolean;
  /** Batch output carries scores. */
  readonly scores: boolean;
}

type Row = Omit<Recipe, 'arn' | 'domain'>;

const ROWS: readonly Row[] = [
  {
    name: 'aws-user-personalization-v2',
    type: 'USER_PERSONALIZATION',
    description: 'Predicts items a user will interact with.',
    learner: 'recommender',
    batchInference: true,
    batchSegments: false,
    scores: true,
  },
  {
    name: 'aws-user-personalization',
    type: 'USER_PERSONALIZATION',
    description: 'Predicts items a user will interact with, and explores cold items.',
    learner: 'recommender',
    batchInference: true,
    batchSegments: false,
    scores: true,
  },
  {
    name: 'aws-popularity-count',
    type: 'POPULAR_ITEMS',
    description: 'Recommends the items with the most interactions.',
    learner: 'popularity',
    batchInference: true,
    batchSegments: false,
    scores: false,
  },
  {
    name: 'aws-trending-now',
    type: 'POPULAR_ITEMS',
    description: 'Recommends the items that gain popularity fastest.',
    learner: 'trending',
    batchInference: false,
    batchSegments: false,
    scores: false,
  },
  {
    name: 'aws-personalized-ranking-v2',
    type: 'PERSONALIZED_RANKING',
    description: 'Ranks a list of items for a user.',
    learner: 'recommender',
    batchInference: true,
    batchSegments: false,
    scores: true,
  },
  {
    name: 'aws-personalized-ranking',
    type: 'PERSONALIZED_RANKING',
    description: 'Ranks a list of items for a user.',
    learner: 'recommender',
    batchInference: true,
    batchSegments: false,
    scores: true,
  },
  {
    name: 'aws-similar-items',
    type: 'RELATED_ITEMS',
    description: 'Predicts items similar to a given item, from interactions and item metadata.',
    learner: 'similar-items',
    batchInference: true,
    batchSegments: false,
    scores: false,
  },
  {
    name: 'aws-sims',
    type: 'RELATED_ITEMS',
    description: 'Predicts items similar to a given item, from interactions.',
    learner: 'similar-items',
    batchInference: true,
    batchSegments: false,
    scores: false,
  },
  {
    name: 'aws-item-affinity',
    type: 'USER_SEGMENTATION',
    description: 'Predicts the users most likely to interact with an item.',
    learner: 'item-affinity',
    batchInference: false,
    batchSegments: true,
    scores: false,
  },
  {
    name: 'aws-item-attribute-affinity',
    type: 'USER_SEGMENTATION',
    description: 'Predicts the users most likely to interact with items of given attributes.',
    learner: 'item-attribute-affinity',
    batchInference: false,
    batchSegments: true,
    scores: false,
  },
];

const recommenderRecipe = (name: string, type: string, learner: Learner, description: string): Row => ({
  name,
  type,
  description,
  learner,
  batchInference: false,
  batchSegments: false,
  scores: learner === 'recommender',
});

const ECOMMERCE_ROWS: readonly Row[] = [
  recommenderRecipe(
    'aws-ecomm-customers-who-viewed-x-also-viewed',
    'RELATED_ITEMS',
    'similar-items',
    'Items that customers also viewed who viewed a given item.',
  ),
  recommenderRecipe(
    'aws-ecomm-frequently-bought-together',
    'RELATED_ITEMS',
    'similar-items',
    'Items bought together with a given item.',
  ),
  recommenderRecipe(
    'aws-ecomm-popular-items-by-purchases',
    'POPULAR_ITEMS',
    'popularity',
    'The items most purchased.',
  ),
  recommenderRecipe(
    'aws-ecomm-popular-items-by-views',
    'POPULAR_ITEMS',
    'popularity',
    'The items most viewed.',
  ),
  recommenderRecipe(
    'aws-ecomm-recommended-for-you',
    'USER_PERSONALIZATION',
    'recommender',
    'Items a customer is likely to want.',
  ),
];

export const RECIPES: readonly Recipe[] = [
  ...ROWS.map((row) => ({ ...row, domain: null, arn: recipeArn(row.name) })),
  ...ECOMMERCE_ROWS.map((row) => ({ ...row, domain: 'ECOMMERCE' as const, arn: recipeArn(row.name) })),
];

export function recipeByArn(arn: string): Recipe | null {
  return RECIPES.find((recipe) => recipe.arn === arn) ?? null;
}

/** How the recipes of a type are asked, in batch inference and by campaigns. */
export const ASKING: Readonly<Record<string, Asking>> = {
  USER_PERSONALIZATION: 'users',
  PERSONALIZED_RANKING: 'ranking',
  RELATED_ITEMS: 'items',
  POPULAR_ITEMS: 'popular',
};
