/**
 * Isotonic regression (pool adjacent violators, Ayer et al. 1955): the non-decreasing step function of the
 * score that fits the labels best by least squares. Read with linear interpolation between block centres.
 */
export interface Calibration {
  /** Block centres, ascending, and the observed share of purchases in each block. */
  readonly score: Float32Array;
  readonly chance: Float32Array;
}

/** Scores are gathered in steps of this; blocks with fewer examples are joined first. */
const STEP = 0.02;
const LOWEST = -25;
const HIGHEST = 5;
const SMALLEST_BLOCK = 200;

/** Sums of weighted examples by score, so that millions need no sorting. */
export interface CalibrationSums {
  readonly examples: Float64Array;
  readonly weight: Float64Array;
  readonly purchases: Float64Array;
}

export function createCalibrationSums(): CalibrationSums {
  const size = Math.round((HIGHEST - LOWEST) / STEP);
  return {
    examples: new Float64Array(size),
    weight: new Float64Array(size),
    purchases: new Float64Array(size),
  };
}

/** `weight`: how many candidates of the population the example stands for. */
export function addExample(sums: CalibrationSums, score: number, purchased: boolean, weight: number): void {
  const last = sums.weight.length - 1;
  const at = Math.max(0, Math.min(last, Math.floor((score - LOWEST) / STEP)));
  sums.examples[at] = (sums.examples[at] as number) + 1;
  sums.weight[at] = (sums.weight[at] as number) + weight;
  if (purchased) sums.purchases[at] = (sums.purchases[at] as number) + weight;
}

/** O(steps). */
export function fitIsotonic(sums: CalibrationSums): Calibration {
  const centre: number[] = [];
  const chance: number[] = [];
  const mass: number[] = [];
  let examples = 0;
  let weight = 0;
  let weightedScore = 0;
  let purchases = 0;
  for (let at = 0; at < sums.weight.length; at += 1) {
    const one = sums.weight[at] as number;
    examples += sums.examples[at] as number;
    weight += one;
    weightedScore += one * (LOWEST + (at + 0.5) * STEP);
    purchases += sums.purchases[at] as number;
    if (weight === 0 || (examples < SMALLEST_BLOCK && at + 1 < sums.weight.length)) continue;
    centre.push(weightedScore / weight);
    chance.push(purchases / weight);
    mass.push(weight);
    mergeViolators(centre, chance, mass);
    examples = 0;
    weight = 0;
    weightedScore = 0;
    purchases = 0;
  }
  return { score: Float32Array.from(centre), chance: Float32Array.from(chance) };
}

function mergeViolators(centre: number[], chance: number[], mass: number[]): void {
  while (chance.length > 1) {
    const last = chance.length - 1;
    if ((chance[last - 1] as number) < (chance[last] as number)) return;
    const left = mass[last - 1] as number;
    const right = mass[last] as number;
    const both = left + right;
    centre[last - 1] = ((centre[last - 1] as number) * left + (centre[last] as number) * right) / both;
    chance[last - 1] = ((chance[last - 1] as number) * left + (chance[last] as number) * right) / both;
    mass[last - 1] = both;
    centre.pop();
    chance.pop();
    mass.pop();
  }
}

/** Chance at one score: interpolated, constant outside the known range. O(log blocks). */
export function calibratedChance(calibration: Calibration, score: number): number {
  const { score: centres, chance } = calibration;
  const last = centres.length - 1;
  if (last < 0) return 0;
  if (score <= (centres[0] as number)) return chance[0] as number;
  if (score >= (centres[last] as number)) return chance[last] as number;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((centres[middle] as number) <= score) low = middle;
    else high = middle;
  }
  const from = centres[low] as number;
  const share = (score - from) / ((centres[high] as number) - from);
  return (chance[low] as number) + share * ((chance[high] as number) - (chance[low] as number));
}
