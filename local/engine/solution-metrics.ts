import type { Blend } from './blend.ts';
import { buildHistoryInTurns } from './history.ts';
import type { Interactions } from './interactions.ts';
import { createRankingMetrics } from './metrics.ts';
import type { Pool } from './parallel/pool.ts';
import { popularOrder } from './popularity.ts';
import { rankUsers } from './rank-users.ts';
import type { Signals } from './signals.ts';
import type { TestUsers } from './test-users.ts';

/** Personalize's deepest metric. */
const DEPTH = 25;
const POPULARITY_CHANNEL = 1;

export interface SolutionMetrics {
  /** Under GetSolutionMetrics' names. */
  readonly metrics: Record<string, number>;
  /** The same of the most popular items, for everybody alike. */
  readonly popularity: Record<string, number>;
}

/**
 * Personalize's offline metrics: lists of the tested users from the oldest 90 % of their purchases, by models
 * that never saw these users, against the newest 10 %. `signals` must be learnt without them (`leaveOut`).
 */
export async function measureSolution(
  test: TestUsers,
  of: {
    readonly interactions: Interactions;
    readonly signals: Signals;
    readonly blend: Blend;
    readonly pool: Pool;
  },
): Promise<SolutionMetrics> {
  const { interactions, signals, blend, pool } = of;
  const { itemCount } = interactions;
  const { users, start, item } = test.truth;
  const input = { ...signals, history: await buildHistoryInTurns(interactions, test.part) };
  const { ids } = await rankUsers({ signals: input, blend, chances: null }, { users, k: DEPTH, pool });
  const popular = popularOrder(signals.popularity, POPULARITY_CHANNEL, itemCount).subarray(0, DEPTH);
  const own = createRankingMetrics(itemCount);
  const common = createRankingMetrics(itemCount);
  for (let position = 0; position < users.length; position += 1) {
    const wanted = new Set(item.subarray(start[position], start[position + 1]));
    own.add(
      ids.subarray(position * DEPTH, (position + 1) * DEPTH).filter((id) => id >= 0),
      wanted,
    );
    common.add(popular, wanted);
  }
  return { metrics: own.finish(), popularity: common.finish() };
}
