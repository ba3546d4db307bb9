import type { Blend } from './blend.ts';
import type { ItemFacts, UserFacts } from './facts.ts';
import type { Interactions } from './interactions.ts';
import type { Chances } from './lists.ts';

/** Weights that were learnt before: nothing is held out then. */
export interface LearntWeights {
  readonly blend: Blend;
  readonly chances: Chances;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface TrainingInput {
  readonly interactions: Interactions;
  readonly userIds: readonly string[];
  readonly itemIds: readonly string[];
  readonly itemFacts?: ItemFacts;
  readonly userFacts?: UserFacts;
  readonly seed: number;
  /** Epoch seconds. */
  readonly now: number;
  readonly log: (line: string) => void;
  /** Worker threads; 0 = in the calling thread. Default: the available cores, at most 4. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Recommender only. Default: learnt on a holdout. */
  readonly learnt?: LearntWeights;
  /** Item affinity only: the size correction. Default: chosen on a holdout. */
  readonly sizeExponent?: number;
}
