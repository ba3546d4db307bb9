import type { Columns } from './columns.ts';
import {
  accumulateCooccurrence,
  type CooccurrenceInput,
  clearAccumulator,
  createAccumulator,
} from './cooccurrence.ts';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';

/**
 * Normalised co-occurrence, the family of cosine, RP3beta and user-wise popularity CF:
 *   weight(j → i) = c(j, i)^power · size(j)^-sourceExponent · size(i)^-targetExponent
 * with c from `accumulateCooccurrence` (users scaled by (their items)^-userExponent) and size(i) the summed
 * user scale of an item's holders. Cosine: power 1, both exponents ½, users unscaled. RP3beta (Paudel et al.
 * 2017): power α after row-normalising, target exponent β. Keeps the best `width` sources of each target.
 */
export interface WalkInput extends CooccurrenceInput {
  readonly power: number;
  /** By item: size^-exponent, made with `itemScales`. */
  readonly sourceScale: Float32Array;
  readonly targetScale: Float32Array;
  readonly out: Columns;
}

/** Prepares a range kernel over target items. Cost: Σ (items of a user)² / 1 over all users. */
export function prepareWalk(input: WalkInput): (from: number, to: number) => void {
  const { out, power, sourceScale, targetScale } = input;
  const accumulator = createAccumulator(out.itemCount);
  const top = createTopK(out.width);
  return (from, to) => {
    for (let target = from; target < to; target += 1) {
      accumulateCooccurrence(input, target, accumulator);
      const scale = targetScale[target] as number;
      top.size = 0;
      for (let place = 0; place < accumulator.size; place += 1) {
        const source = accumulator.touched[place] as number;
        if (source === target) continue;
        const shared = accumulator.sums[source] as number;
        const raised = power === 1 ? shared : shared ** power;
        pushTopK(top, source, raised * scale * (sourceScale[source] as number));
      }
      clearAccumulator(accumulator);
      sortTopK(top);
      const base = target * out.width;
      for (let place = 0; place < top.size; place += 1) {
        out.sources[base + place] = top.ids[place] as number;
        out.weights[base + place] = top.scores[place] as number;
      }
    }
  };
}

/** Sum of the user scale over an item's holders. */
export function itemSizes(input: CooccurrenceInput, into: Float32Array): Float32Array {
  const { holders, userScale } = input;
  for (let item = 0; item < into.length; item += 1) {
    let size = 0;
    for (let at = holders.start[item] as number; at < (holders.start[item + 1] as number); at += 1) {
      size += userScale[holders.user[at] as number] as number;
    }
    into[item] = size;
  }
  return into;
}

/** size^-exponent; 0 for items nobody holds. */
export function itemScales(sizes: Float32Array, exponent: number, into: Float32Array): Float32Array {
  for (let item = 0; item < sizes.length; item += 1) {
    const size = sizes[item] as number;
    into[item] = size === 0 ? 0 : size ** -exponent;
  }
  return into;
}
