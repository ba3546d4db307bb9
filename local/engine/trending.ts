import type { Interactions } from './interactions.ts';
import type { PopularityModel } from './model.ts';

const DAY = 86_400;
/** Seconds that count as now; three times as many before them are what it is held against. */
const TREND_SECONDS: number = 28 * DAY;
const BASELINE_WINDOWS = 3;
/** Added to both sides, so that a first sale is no endless growth. */
const SMOOTHING = 3;
/** Fewer recent purchases are chance, not a trend. */
const FLOOR = 3;
const LISTED = 500;

interface TrendingInput {
  readonly interactions: Interactions;
  readonly userIds: readonly string[];
  readonly itemIds: readonly string[];
  /** Length of the recent window; TREND_SECONDS when absent. */
  readonly windowSeconds?: number;
}

/** Purchases by item: in the last window before the newest purchase, and in the three windows before that. */
function countWindows({ interactions, windowSeconds = TREND_SECONDS }: TrendingInput) {
  const { items, times, length, itemCount, timeKind } = interactions;
  let newest = 0;
  for (let row = 0; row < length; row += 1) newest = Math.max(newest, times[row] as number);
  const recent = new Float64Array(itemCount);
  const before = new Float64Array(itemCount);
  for (let row = 0; row < length; row += 1) {
    const age = timeKind === 'seconds' ? newest - (times[row] as number) : 0;
    if (age >= (1 + BASELINE_WINDOWS) * windowSeconds) continue;
    const counts = age < windowSeconds ? recent : before;
    const item = items[row] as number;
    counts[item] = (counts[item] as number) + 1;
  }
  return { recent, before };
}

/**
 * trending-now: items by growth of their purchases,
 *   growth(i) = (recent + 3) / (before / 3 + 3), for those with at least 3 recent purchases and growth above 1;
 * after them the others, by recent purchases. Without real times nothing grows, so it is plain popularity.
 * Score: the growth; 0 for the others. O(rows + items log items).
 */
export function trainTrending(input: TrendingInput): PopularityModel {
  const { itemCount } = input.interactions;
  const { recent, before } = countWindows(input);
  const growth = Float64Array.from(recent, (count, item) => {
    const factor = (count + SMOOTHING) / ((before[item] as number) / BASELINE_WINDOWS + SMOOTHING);
    return count >= FLOOR && factor > 1 ? factor : 0;
  });
  if (input.interactions.timeKind !== 'seconds') growth.fill(0);
  const order = Int32Array.from({ length: itemCount }, (_, item) => item).sort(
    (left, right) =>
      (growth[right] as number) - (growth[left] as number) ||
      (recent[right] as number) - (recent[left] as number) ||
      left - right,
  );
  const ids = order.slice(0, LISTED);
  const metrics = { coverage: Math.min(25, ids.length) / Math.max(1, itemCount) };
  const scores = Float32Array.from(ids, (item) => growth[item] as number);
  const { userIds, itemIds } = input;
  return { recipe: 'popularity', userIds, itemIds, metrics, popular: { ids, scores } };
}
