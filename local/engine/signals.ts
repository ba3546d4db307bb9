import type { History } from './history.ts';
import type { Links } from './links.ts';
import type { PlaceSales } from './places.ts';
import type { Repeats } from './repeats.ts';

/** Everything a user's candidates are scored from. Shared arrays and plain numbers only: workers receive it as is. */
export interface Signals {
  readonly history: History;
  readonly realTimes: boolean;
  /** Epoch seconds at which the features are taken. */
  readonly now: number;
  /** Both item models. */
  readonly links: Links;
  /** Popularity channels, [channel · itemCount + item]. */
  readonly popularity: Float32Array;
  /** Items offered to everybody, best first. */
  readonly popular: Int32Array;
  readonly repeats: Repeats;
  readonly places: readonly PlaceSales[];
  /** By item, 1 = without an order yet; null when all have one, or nothing is known that they could be placed by. */
  readonly unsold: Uint8Array | null;
}

/** Features of one candidate, in this order. A regime uses those that say something in it. */
export const FEATURES = [
  'ridge',
  'logRidge',
  'recentRidge',
  'logRecentRidge',
  'walk',
  'logWalk',
  'recentWalk',
  'logRecentWalk',
  'popularitySeason',
  'popularityMonth',
  'popularityWeek',
  'popularityDays',
  'firstPlaceLift',
  'secondPlaceLift',
  'popularityThinHistory',
  'one',
  'logCount',
  'countPerBasket',
  'logBasketsAgo',
  'fadingBasketsAgo',
  'logDaysSince',
  'repeatRate',
  'userRepeatShare',
  'logUserBaskets',
  'overdue',
] as const;

export const FEATURE_COUNT = FEATURES.length;
/** Features from here on are zero unless the user bought the item before. */
export const FIRST_REPEAT_FEATURE: number = FEATURES.indexOf('one');
