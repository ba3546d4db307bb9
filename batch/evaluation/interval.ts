/** Standard normal quantile of a two-sided 95 % interval. */
const Z = 1.959964;

/** A figure with its 95 % interval. */
export type Interval = readonly [value: number, low: number, high: number];

/**
 * Interval of a share of `hits` among `count` (Wilson's score interval, 1927): holds its level also for few
 * and for rare hits. Example: 0 of 20 → [0, 0, 0.161].
 */
export function shareInterval(hits: number, count: number): Interval {
  if (count === 0) return [0, 0, 1];
  const share = hits / count;
  const spread = Z ** 2 / count;
  const middle = (share + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((share * (1 - share)) / count + spread / (4 * count));
  return [share, Math.max(0, middle - half), Math.min(1, middle + half)];
}

/**
 * Interval of a mean from the sum of `count` values and the sum of their squares (normal approximation: customers
 * are independent of each other). With fewer than two values nothing is known: ± 1.
 */
export function meanInterval(sum: number, squares: number, count: number): Interval {
  if (count === 0) return [0, -1, 1];
  const mean = sum / count;
  if (count === 1) return [mean, mean - 1, mean + 1];
  const variance = Math.max(0, (squares - count * mean ** 2) / (count - 1));
  const half = Z * Math.sqrt(variance / count);
  return [mean, mean - half, mean + half];
}
