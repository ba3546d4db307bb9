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

const SIZES = 256;

/** (number of distinct items)^-exponent, by that number: 0 = every pair counts the same, 1 = every user counts the same. */
export function userScale(exponent: number): (size: number) => number {
  const scales = Float64Array.from({ length: SIZES }, (_, size) => (size === 0 ? 0 : size ** -exponent));
  return (size) => (size < SIZES ? (scales[size] as number) : size ** -exponent);
}

/** The same by user. */
export function userScales({ start, userCount }: History, exponent: number): Float32Array {
  const scales = sharedFloat32(userCount);
  const scaleOf = userScale(exponent);
  for (let user = 0; user < userCount; user += 1) {
    scales[user] = scaleOf((start[user + 1] as number) - (start[user] as number));
  }
  return scales;
}

/** How strongly the user holds the item of an entry: √(share of the user's baskets that held it). */
export function strengthOf({ count, baskets }: History, entry: number, user: number): number {
  return Math.sqrt((count[entry] as number) / Math.max(1, baskets[user] as number));
}

/** Sum of the user scale over the holders of each item: c(i, i). O(entries). */
export function itemSizes({ history, step }: Evidence, exponent: number): Float32Array {
  const { start, item, userCount, itemCount } = history;
  const scaleOf = userScale(exponent);
  const sums = new Float64Array(itemCount);
  for (let user = 0; user < userCount; user += step) {
    const to = start[user + 1] as number;
    const scale = scaleOf(to - (start[user] as number));
    for (let entry = start[user] as number; entry < to; entry += 1) {
      const which = item[entry] as number;
      sums[which] = (sums[which] as number) + scale;
    }
  }
  const sizes = sharedFloat32(itemCount);
  sizes.set(sums);
  return sizes;
}
