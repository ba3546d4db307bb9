import type { Columns } from './columns.ts';
import { type Evidence, strengthOf, userScale } from './evidence.ts';
import { createColumnWriter } from './gram.ts';
import type { Pairs } from './pairs.ts';
import { sharedFloat32 } from './shared-arrays.ts';

/**
 * RP3beta (Paudel et al. 2017) with frequency, of the family of cosine and user-wise popularity CF:
 *   weight(j → i) = walked(j, i) · sourceScale(j) · targetScale(i)
 * with `walked` of `Pairs`: a user's evidence for an item grows with the share of baskets that held it.
 * Keeps the best `out.width` sources of each target.
 */
export interface Walk {
  /** By item: how much it hands out, see `rowScales`. */
  readonly sourceScale: Float32Array;
  /** By item: holders^-exponent; 0 for items nobody holds. */
  readonly targetScale: Float32Array;
  readonly out: Columns;
}

/** All that is known before the pairs are. O(entries). */
export function walkScales(
  evidence: Evidence,
  exponents: { readonly user: number; readonly row: number; readonly target: number },
): Omit<Walk, 'out'> {
  const targetScale = targetScales(evidence, exponents.target);
  return { targetScale, sourceScale: rowScales(evidence, targetScale, exponents) };
}

/** Writes a target's column from its pairs. */
export function createWalkWriter({
  sourceScale,
  targetScale,
  out,
}: Walk): (target: number, pairs: Pairs) => void {
  const keepBest = createColumnWriter(out);
  const scores = new Float64Array(out.itemCount);
  return (target, { items, walked, size }) => {
    const scale = targetScale[target] as number;
    for (let at = 0; at < size; at += 1) {
      scores[at] = (walked[at] as number) * scale * (sourceScale[items[at] as number] as number);
    }
    keepBest(target, { items, scores, size });
  };
}

function targetScales({ history, step }: Evidence, exponent: number): Float32Array {
  const { start, item, userCount, itemCount } = history;
  const holders = new Int32Array(itemCount);
  for (let user = 0; user < userCount; user += step) {
    for (let entry = start[user] as number; entry < (start[user + 1] as number); entry += 1) {
      const which = item[entry] as number;
      holders[which] = (holders[which] as number) + 1;
    }
  }
  const scales = sharedFloat32(itemCount);
  scales.set(Float32Array.from(holders, (count) => (count === 0 ? 0 : count ** -exponent)));
  return scales;
}

/**
 * (Σ over targets of a source's unnormalised weights)^-exponent. Evening the sources out completely
 * gives rare items too much say: measured on Gowalla, 0.7 finds 5 % more than 1.
 * One pass over the entries: the sum over a user's targets is shared by all of the user's sources.
 */
function rowScales(
  { history, step }: Evidence,
  targetScale: Float32Array,
  exponents: { readonly user: number; readonly row: number },
): Float32Array {
  const { start, item, userCount, itemCount } = history;
  const scaleOf = userScale(exponents.user);
  const sums = new Float64Array(itemCount);
  for (let user = 0; user < userCount; user += step) {
    const from = start[user] as number;
    const to = start[user + 1] as number;
    let all = 0;
    for (let entry = from; entry < to; entry += 1) {
      all += strengthOf(history, entry, user) * (targetScale[item[entry] as number] as number);
    }
    const scale = scaleOf(to - from);
    for (let entry = from; entry < to; entry += 1) {
      const which = item[entry] as number;
      const others = all - strengthOf(history, entry, user) * (targetScale[which] as number);
      sums[which] = (sums[which] as number) + others * scale;
    }
  }
  const scales = sharedFloat32(itemCount);
  scales.set(Float32Array.from(sums, (sum) => (sum > 0 ? sum ** -exponents.row : 0)));
  return scales;
}
