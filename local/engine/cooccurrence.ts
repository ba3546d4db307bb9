import type { History, Holders } from './history.ts';

/** What one pass over the purchases needs to relate a target item to all others. */
export interface CooccurrenceInput {
  readonly history: History;
  readonly holders: Holders;
  /** By user: how much one user's evidence counts, usually (distinct items)^-exponent. */
  readonly userScale: Float32Array;
  /** How strongly a user holds the target: √(share of the user's baskets that held it) if true, else 1. */
  readonly byFrequency: boolean;
}

/** How strongly the user holds the item of an entry. */
export function strengthOf({ history, byFrequency }: CooccurrenceInput, entry: number, user: number): number {
  if (!byFrequency) return 1;
  return Math.sqrt((history.count[entry] as number) / Math.max(1, history.baskets[user] as number));
}

/** Scratch of one thread: a sum per item and the list of items that have one. */
export interface Accumulator {
  readonly sums: Float64Array;
  readonly touched: Int32Array;
  size: number;
}

export function createAccumulator(itemCount: number): Accumulator {
  return { sums: new Float64Array(itemCount), touched: new Int32Array(itemCount), size: 0 };
}

/**
 * sums[j] = Σ over users holding both `target` and j of userScale[u] · strength[u, target].
 * Includes j = target. Cost: Σ over holders of their number of items.
 * The accumulator must be empty; `clearAccumulator` empties it.
 */
export function accumulateCooccurrence(input: CooccurrenceInput, target: number, into: Accumulator): void {
  const { history, holders, userScale } = input;
  const { sums, touched } = into;
  let size = into.size;
  for (let at = holders.start[target] as number; at < (holders.start[target + 1] as number); at += 1) {
    const user = holders.user[at] as number;
    const share = (userScale[user] as number) * strengthOf(input, holders.entry[at] as number, user);
    const end = history.start[user + 1] as number;
    for (let entry = history.start[user] as number; entry < end; entry += 1) {
      const item = history.item[entry] as number;
      const before = sums[item] as number;
      if (before === 0) {
        touched[size] = item;
        size += 1;
      }
      sums[item] = before + share;
    }
  }
  into.size = size;
}

export function clearAccumulator(accumulator: Accumulator): void {
  for (let place = 0; place < accumulator.size; place += 1) {
    accumulator.sums[accumulator.touched[place] as number] = 0;
  }
  accumulator.size = 0;
}

/** (number of distinct items)^-exponent by user: 0 = every pair counts the same, 1 = every user counts the same. */
export function userScales(history: History, exponent: number, into: Float32Array): Float32Array {
  for (let user = 0; user < history.userCount; user += 1) {
    const size = (history.start[user + 1] as number) - (history.start[user] as number);
    into[user] = size === 0 ? 0 : size ** -exponent;
  }
  return into;
}
