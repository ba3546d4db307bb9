import type { Evidence } from './evidence.ts';
import type { Holders } from './history.ts';
import { createCounterByItem } from './pairs-by-item.ts';
import { createCounterByUser } from './pairs-by-user.ts';

/** What one pass over the purchases needs to relate each item to all others, for one item model or both. */
export interface PairsInput {
  readonly evidence: Evidence;
  /** By user: how much a pair of theirs counts, see `userScales`. */
  readonly ridgeScale: Float32Array;
  /** The same for the walk; null: only the ridge's pairs are asked for. */
  readonly walkScale: Float32Array | null;
  /** The evidence by item where all pairs of some hundred items do not fit the cache; null where they do. */
  readonly holders: Holders | null;
}

/**
 * The items that users hold together with one target, without the target itself; the next count overwrites them.
 * By place:
 *   together = Σ over users holding both of ridgeScale[u]
 *   walked   = Σ over users holding both of walkScale[u] · strength[u, target]
 */
export interface Pairs {
  readonly items: Int32Array;
  readonly together: Float64Array;
  readonly walked: Float64Array;
  size: number;
}

export interface PairCounter {
  readonly pairs: Pairs;
  /** Must come before `count` of the targets from `from` to before `to`; at most `BLOCK` of them. */
  begin(from: number, to: number): void;
  count(target: number): void;
}

export function createPairCounter(input: PairsInput): PairCounter {
  const { holders } = input;
  return holders === null ? createCounterByUser(input) : createCounterByItem({ ...input, holders });
}

export function createPairs(itemCount: number): Pairs {
  return {
    // One place more: counters write first and count after.
    items: new Int32Array(itemCount + 1),
    together: new Float64Array(itemCount + 1),
    walked: new Float64Array(itemCount + 1),
    size: 0,
  };
}
