import type { Columns } from './columns.ts';
import type { History } from './history.ts';
import type { Scorer } from './lists.ts';

interface CommonParts {
  readonly userIds: readonly string[];
  readonly itemIds: readonly string[];
  /** Under Personalize's names. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface RecommenderModel extends CommonParts {
  readonly recipe: 'recommender';
  readonly scorer: Scorer;
  /** Items by falling popularity, with their chance for a user nothing is known of. */
  readonly popular: RankedList;
}

export interface SimilarItemsModel extends CommonParts {
  readonly recipe: 'similar-items';
  /** Row i: the items most like item i, best first. */
  readonly similar: Columns;
  readonly popular: RankedList;
}

export interface PopularityModel extends CommonParts {
  readonly recipe: 'popularity';
  readonly popular: RankedList;
}

export interface ItemAffinityModel extends CommonParts {
  readonly recipe: 'item-affinity';
  readonly history: History;
  readonly sources: Columns;
  /** By item: what holding the item itself is worth. */
  readonly ownWeight: Float32Array;
  /** By user: (different items)^-exponent, so that heavy buyers do not lead every segment. */
  readonly userScale: Float32Array;
}

/** What one recipe learnt: plain data and typed arrays, ready for `writeModel`. */
export type Model = RecommenderModel | SimilarItemsModel | PopularityModel | ItemAffinityModel;

/** Best first. */
export interface RankedList {
  readonly ids: Int32Array;
  readonly scores: Float32Array;
}
