/**
 * Isotonic regression (pool adjacent violators, Ayer et al. 1955): the non-decreasing step function of the
 * score that fits the labels best by least squares. Scores are logs of raw chances, so it is read in logs too:
 * straight between block centres, proportional to the raw chance below the first, constant above the last.
 */
export interface Calibration {
  /** Block centres, ascending, and the observed share of purchases in each block. */
  readonly score: Float32Array;
  readonly chance: Float32Array;
}

/** Scores are gathered in steps of this; blocks with fewer examples, or fewer purchases, are joined first. */
const STEP = 0.02;
const LOWEST = -25;
const HIGHEST = 5;
const SMALLEST_BLOCK = 200;
/** Rare purchases need wide blocks: the lowest of many almost empty ones would be far too low. */
const FEWEST_PURCHASES = 40;

/** Sums of weighted examples by score, so that millions need no sorting. */
export interface CalibrationSums {
  readonly examples: Float64Array;
  readonly weight: Float64Array;
  readonly purchases: Float64Array;
  /** Purchases seen, whatever they stand for. */
  readonly seen: Float64Array;
}

export function createCalibrationSums(): CalibrationSums {
  const size = Math.round((HIGHEST - LOWEST) / STEP);
  return {
    examples: new Float64Array(size),
    weight: new Float64Array(size),
    purchases: new Float64Array(size),
    seen: new Float64Array(size),
  };
}

/** `weight`: how many candidates of the population the example stands for. */
export function addExample(sums: CalibrationSums, score: number, purchased: boolean, weight: number): void {
  const last = sums.weight.length - 1;
  const at = Math.max(0, Math.min(last, Math.floor((score - LOWEST) / STEP)));
  sums.examples[at] = (sums.examples[at] as number) + 1;
  sums.weight[at] = (sums.weight[at] as number) + weight;
  if (!purchased) return;
  sums.purchases[at] = (sums.purchases[at] as number) + weight;
  sums.seen[at] = (sums.seen[at] as number) + 1;
}

/** O(steps). A block's centre is the log of its mean raw chance. */
export function fitIsotonic(sums: CalibrationSums): Calibration {
  const centre: number[] = [];
  const chance: number[] = [];
  const mass: number[] = [];
  let block = { examples: 0, seen: 0, weight: 0, raw: 0, purchases: 0 };
  const total = sums.seen.reduce((sum, one) => sum + one, 0);
  let left = total;
  for (let at = 0; at < sums.weight.length; at += 1) {
    const one = sums.weight[at] as number;
    block.examples += sums.examples[at] as number;
    block.seen += sums.seen[at] as number;
    block.weight += one;
    block.raw += one * Math.exp(LOWEST + (at + 0.5) * STEP);
    block.purchases += sums.purchases[at] as number;
    left -= sums.seen[at] as number;
    const full =
      block.examples >= SMALLEST_BLOCK && block.seen >= FEWEST_PURCHASES && left >= FEWEST_PURCHASES;
    if (block.weight === 0 || !(full || at + 1 === sums.weight.length)) continue;
    centre.push(Math.log(block.raw / block.weight));
    chance.push(block.purchases / block.weight);
    mass.push(block.weight);
    mergeViolators(centre, chance, mass);
    block = { examples: 0, seen: 0, weight: 0, raw: 0, purchases: 0 };
  }
  return { score: Float32Array.from(centre), chance: Float32Array.from(tempered(chance, mass)) };
}

/**
 * What ranked well in past windows ranks a little less well in the next: chances keep their total, and this power
 * of their distance from the mean purchase. (Online Retail: 1 would suit August 2011, 0.9 September and October.)
 */
const CONFIDENCE = 0.95;

function tempered(chance: readonly number[], mass: readonly number[]): number[] {
  const sum = (of: (one: number) => number) =>
    chance.reduce((total, one, at) => total + (mass[at] as number) * of(one), 0);
  const purchases = sum((one) => one);
  if (purchases === 0) return [...chance];
  const centre = sum((one) => (one > 0 ? one * Math.log(one) : 0)) / purchases;
  const pulled = (one: number) => (one > 0 ? Math.exp(centre + CONFIDENCE * (Math.log(one) - centre)) : 0);
  const level = purchases / sum(pulled);
  return chance.map((one) => Math.min(1, level * pulled(one)));
}

function mergeViolators(centre: number[], chance: number[], mass: number[]): void {
  while (chance.length > 1) {
    const last = chance.length - 1;
    if ((chance[last - 1] as number) < (chance[last] as number)) return;
    const left = mass[last - 1] as number;
    const right = mass[last] as number;
    const both = left + right;
    const raw = Math.exp(centre[last - 1] as number) * left + Math.exp(centre[last] as number) * right;
    centre[last - 1] = Math.log(raw / both);
    chance[last - 1] = ((chance[last - 1] as number) * left + (chance[last] as number) * right) / both;
    mass[last - 1] = both;
    centre.pop();
    chance.pop();
    mass.pop();
  }
}

/** Chance at one score. O(log blocks). */
export function calibratedChance(calibration: Calibration, score: number): number {
  const { score: centres, chance } = calibration;
  const last = centres.length - 1;
  if (last < 0) return 0;
  const first = centres[0] as number;
  if (score <= first) return Math.min(1, (chance[0] as number) * Math.exp(CONFIDENCE * (score - first)));
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
  const [below, above] = [chance[low] as number, chance[high] as number];
  if (below <= 0) return share * above;
  return below * (above / below) ** share;
}

/** Steps of the table in a unit of score. */
const PER_UNIT = 200;

/** `calibratedChance` by table, for lists: between such small steps it is all but straight. */
export function chanceTable(calibration: Calibration): (score: number) => number {
  const last = (HIGHEST - LOWEST) * PER_UNIT;
  const chances = Float64Array.from({ length: last + 1 }, (_, step) =>
    calibratedChance(calibration, LOWEST + step / PER_UNIT),
  );
  return (score) => {
    const at = Math.max(0, Math.min(last - 1, (score - LOWEST) * PER_UNIT));
    const step = Math.floor(at);
    const below = chances[step] as number;
    return below + (at - step) * ((chances[step + 1] as number) - below);
  };
}
