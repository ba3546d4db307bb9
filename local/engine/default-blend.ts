import type { Blend } from './blend.ts';
import { FEATURE_COUNT, FEATURES } from './signals.ts';

type Weights = Partial<Record<(typeof FEATURES)[number], number>>;

const FRESH: Weights = { ridge: 2, logRidge: 0.5, logWalk: 0.5, logRecentWalk: 0.3, popularityMonth: 0.2 };
const BOUGHT: Weights = {
  ...FRESH,
  one: 1,
  logCount: 1,
  countPerBasket: 2,
  logBasketsAgo: -0.5,
  repeatRate: 0.7,
};
const NEWCOMER: Weights = {
  popularityMonth: 0.7,
  popularityWeek: 0.3,
  firstPlaceLift: 0.5,
  secondPlaceLift: 0.5,
};

/**
 * Weights that serve where nothing can be learnt (a handful of orders), and that choose the examples
 * the learning starts from.
 */
export const DEFAULT_BLEND: Blend = {
  fresh: vector(FRESH),
  bought: vector(BOUGHT),
  newcomer: vector(NEWCOMER),
};

function vector(weights: Weights): Float32Array {
  const values = new Float32Array(FEATURE_COUNT);
  FEATURES.forEach((name, at) => {
    values[at] = weights[name] ?? 0;
  });
  return values;
}
