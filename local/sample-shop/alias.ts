import type { Random } from './random.ts';

/** Alias table: `keep[i]` is the chance to stay with i, otherwise `other[i]` is drawn. */
export interface Alias {
  keep: Float64Array;
  other: Uint32Array;
}

/**
 * Draws from a discrete distribution in constant time (Vose 1991). Building is O(n).
 * Weights are not negative and need not sum to one; at least one is positive.
 */
export function buildAlias(weights: ArrayLike<number>): Alias {
  const n = weights.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += weights[i] as number;
  const keep = new Float64Array(n);
  const other = new Uint32Array(n);
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < n; i++) {
    keep[i] = ((weights[i] as number) * n) / sum;
    ((keep[i] as number) < 1 ? small : large).push(i);
  }
  while (small.length > 0 && large.length > 0) {
    const low = small.pop() as number;
    const high = large[large.length - 1] as number;
    other[low] = high;
    keep[high] = (keep[high] as number) - (1 - (keep[low] as number));
    if ((keep[high] as number) < 1) small.push(large.pop() as number);
  }
  for (const rest of [...small, ...large]) keep[rest] = 1;
  return { keep, other };
}

export function drawAlias(table: Alias, random: Random): number {
  const at = random.next() * table.keep.length;
  const i = Math.floor(at);
  return at - i < (table.keep[i] as number) ? i : (table.other[i] as number);
}
