import type { Interactions } from './interactions.ts';
import { sharedFloat32, sharedInt32 } from './shared-arrays.ts';
import { ROWS_A_TURN, type Steps } from './turns.ts';

export const DAY = 86_400;

/** Half-lives of the popularity channels, in days: the season, the month, the week, the last few days. */
export const HALF_LIVES_DAYS = [180, 28, 7, 2] as const;

/** Older purchases count as this old: eleven years. */
const MOST_HOURS = 100_000;

/** 2^(-age / half-life) by age in whole hours: a power for every row would take most of the time. */
export function decayByHour(halfLifeDays: number): Float32Array {
  return Float32Array.from({ length: MOST_HOURS }, (_, hours) => 2 ** (-hours / 24 / halfLifeDays));
}

/** Whole hours from `time` to `now` (epoch seconds), at most MOST_HOURS - 1; 0 for the future. */
export function hoursBetween(time: number, now: number): number {
  return Math.min(MOST_HOURS - 1, Math.max(0, Math.floor((now - time) / 3600)));
}

/**
 * Decayed number of purchases by item and channel: Σ 2^(-age / half-life) over the rows with part 0, at
 * [channel · itemCount + item]. Without real times every channel is the plain count.
 */
export function* popularityChannels(
  interactions: Interactions,
  part: Uint8Array | null,
  now: number,
): Steps<Float32Array> {
  const { items, times, length, itemCount, timeKind } = interactions;
  const sums = sharedFloat32(HALF_LIVES_DAYS.length * itemCount);
  const decays = HALF_LIVES_DAYS.map((days) => decayByHour(days));
  for (let row = 0; row < length; row += 1) {
    if (row % ROWS_A_TURN === 0) yield;
    if (part !== null && part[row] !== 0) continue;
    const hours = timeKind === 'seconds' ? hoursBetween(times[row] as number, now) : 0;
    for (let channel = 0; channel < decays.length; channel += 1) {
      const at = channel * itemCount + (items[row] as number);
      sums[at] = (sums[at] as number) + ((decays[channel] as Float32Array)[hours] as number);
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
