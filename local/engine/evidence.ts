import type { History } from './history.ts';
import { sharedFloat32 } from './shared-arrays.ts';

/**
 * The users that item models are learnt from: every `step`-th, since what relates items to each other hardly changes
 * beyond some hundred thousand users and its cost grows with them.
 */
export interface Evidence {
  readonly history: History;
  readonly step: number;
}

/** Users that item models are learnt from, at most. */
const MOST_USERS = 400_000;

export function evidenceOf(history: History): Evidence {
  return { history, step: Math.max(1, Math.ceil(history.userCount / MOST_USERS)) };
}

/** (number of distinct items)^-exponent by user: 0 = every pair counts the same, 1 = every user counts the same. */
export function userScales({ start, userCount }: History, exponent: number): Float32Array {
  const scales = sharedFloat32(userCount);
  const bySize = Float32Array.from({ length: 256 }, (_, size) => (size === 0 ? 0 : size ** -exponent));
  for (let user = 0; user < userCount; user += 1) {
    const size = (start[user + 1] as number) - (start[user] as number);
    scales[user] = size < bySize.length ? (bySize[size] as number) : size ** -exponent;
  }
  return scales;
}

/** How strongly the user holds the item of an entry: √(share of the user's baskets that held it). */
export function strengthOf({ count, baskets }: History, entry: number, user: number): number {
  return Math.sqrt((count[entry] as number) / Math.max(1, baskets[user] as number));
}

/** Sum of the user scale over the holders of each item: c(i, i). O(entries). */
export function itemSizes({ history, step }: Evidence, userScale: Float32Array): Float32Array {
  const { start, item, userCount, itemCount } = history;
  const sums = new Float64Array(itemCount);
  for (let user = 0; user < userCount; user += step) {
    for (let entry = start[user] as number; entry < (start[user + 1] as number); entry += 1) {
      const which = item[entry] as number;
      sums[which] = (sums[which] as number) + (userScale[user] as number);
    }
  }
  const sizes = sharedFloat32(itemCount);
  sizes.set(sums);
  return sizes;
}
