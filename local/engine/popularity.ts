import type { Interactions } from './interactions.ts';
import { sharedFloat32, sharedInt32 } from './shared-arrays.ts';

export const DAY = 86_400;

/** Half-lives of the popularity channels, in days: the season, the month, the week, the last few days. */
export const HALF_LIVES_DAYS = [180, 28, 7, 2] as const;

/**
 * Decayed number of purchases by item and channel: Σ 2^(-age / half-life) over the rows with part 0, at
 * [channel · itemCount + item]. Without real times every channel is the plain count.
 */
export function popularityChannels(
  interactions: Interactions,
  part: Uint8Array | null,
  now: number,
): Float32Array {
  const { items, times, length, itemCount, timeKind } = interactions;
  const sums = sharedFloat32(HALF_LIVES_DAYS.length * itemCount);
  for (let row = 0; row < length; row += 1) {
    if (part !== null && part[row] !== 0) continue;
    const age = timeKind === 'seconds' ? Math.max(0, now - (times[row] as number)) / DAY : 0;
    for (let channel = 0; channel < HALF_LIVES_DAYS.length; channel += 1) {
      const at = channel * itemCount + (items[row] as number);
      sums[at] = (sums[at] as number) + 2 ** (-age / (HALF_LIVES_DAYS[channel] as number));
    }
  }
  return sums;
}

/** Items by falling decayed count of one channel, those never sold last in order of index. */
export function popularOrder(channels: Float32Array, channel: number, itemCount: number): Int32Array {
  const order = sharedInt32(itemCount);
  for (let item = 0; item < itemCount; item += 1) order[item] = item;
  const base = channel * itemCount;
  return order.sort(
    (left, right) => (channels[base + right] as number) - (channels[base + left] as number) || left - right,
  );
}
