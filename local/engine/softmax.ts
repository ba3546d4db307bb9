import { FEATURE_COUNT, FIRST_REPEAT_FEATURE } from './signals.ts';

/** Candidates of many users, one list after the other, to learn weights from. */
export interface Examples {
  /** Lists + 1 offsets. */
  readonly start: Int32Array;
  /** [candidate · FEATURE_COUNT + feature] */
  readonly features: Float32Array;
  readonly bought: Uint8Array;
  /** 1 = purchased in the holdout. */
  readonly label: Uint8Array;
}

export interface Problem {
  /** 1 / standard deviation of each feature, 0 for one that does not vary. */
  readonly scale: Float64Array;
}

/** Strength of the pull towards zero, in lists: a weight must earn its keep. */
const PENALTY = 2;
/** Candidates below this chance hardly bend the likelihood: only their gradient counts. */
const SMALLEST_CURVATURE = 1e-4;

/** Features that are not zero, by regime: of an item new to the user, of one bought before. */
const USED_FEATURES = [FIRST_REPEAT_FEATURE, FEATURE_COUNT] as const;

interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/** Penalised log-likelihood with its gradient and negative Hessian (lower triangle). */
export function evaluateSoftmax(
  examples: Examples,
  problem: Problem,
  weights: Float64Array,
  derivatives: boolean,
): Evaluation {
  const size = 2 * FEATURE_COUNT;
  const { start, features, bought, label } = examples;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(derivatives ? size * size : 0);
  const mean = new Float64Array(size);
  const row = new Float64Array(FEATURE_COUNT);
  const scaled = weights.map((weight, at) => weight * (problem.scale[at] as number));
  let value = 0;
  let scores = new Float64Array(1024);
  for (let list = 0; list + 1 < start.length; list += 1) {
    const from = start[list] as number;
    const to = start[list + 1] as number;
    if (to - from > scores.length) scores = new Float64Array(2 * (to - from));
    let largest = Number.NEGATIVE_INFINITY;
    let positives = 0;
    for (let at = from; at < to; at += 1) {
      const regime = bought[at] as number;
      const offset = regime * FEATURE_COUNT;
      const used = USED_FEATURES[regime] as number;
      let score = 0;
      for (let feature = 0; feature < used; feature += 1) {
        score += (scaled[offset + feature] as number) * (features[at * FEATURE_COUNT + feature] as number);
      }
      scores[at - from] = score;
      if (score > largest) largest = score;
      positives += label[at] as number;
    }
    if (positives === 0) continue;
    let total = 0;
    for (let at = from; at < to; at += 1) total += Math.exp((scores[at - from] as number) - largest);
    const logTotal = Math.log(total) + largest;
    mean.fill(0);
    let mass = 0;
    for (let at = from; at < to; at += 1) {
      const score = scores[at - from] as number;
      const chance = Math.exp(score - logTotal);
      const target = (label[at] as number) / positives;
      if (target > 0) value += target * (score - logTotal);
      if (!derivatives) continue;
      const regime = bought[at] as number;
      const offset = regime * FEATURE_COUNT;
      const used = USED_FEATURES[regime] as number;
      for (let feature = 0; feature < used; feature += 1) {
        const scaledFeature =
          (features[at * FEATURE_COUNT + feature] as number) * (problem.scale[offset + feature] as number);
        row[feature] = scaledFeature;
        gradient[offset + feature] =
          (gradient[offset + feature] as number) + (target - chance) * scaledFeature;
      }
      if (chance < SMALLEST_CURVATURE) continue;
      mass += chance;
      for (let feature = 0; feature < used; feature += 1) {
        mean[offset + feature] = (mean[offset + feature] as number) + chance * (row[feature] as number);
      }
      addSquare(hessian, { row, used, weight: chance, offset, size });
    }
    if (derivatives) subtractSquare(hessian, mean, mass);
  }
  for (let at = 0; at < size; at += 1) {
    const weight = weights[at] as number;
    value -= 0.5 * PENALTY * weight * weight;
    gradient[at] = (gradient[at] as number) - PENALTY * weight;
    if (derivatives) hessian[at * size + at] = (hessian[at * size + at] as number) + PENALTY;
  }
  return { value, gradient, hessian };
}

function addSquare(
  hessian: Float64Array,
  of: {
    readonly row: Float64Array;
    readonly used: number;
    readonly weight: number;
    readonly offset: number;
    readonly size: number;
  },
): void {
  for (let left = 0; left < of.used; left += 1) {
    const factor = of.weight * (of.row[left] as number);
    if (factor === 0) continue;
    const base = (of.offset + left) * of.size + of.offset;
    for (let right = 0; right <= left; right += 1) {
      hessian[base + right] = (hessian[base + right] as number) + factor * (of.row[right] as number);
    }
  }
}

/** Over the counted candidates only, so that what is left is a covariance: positive whatever was left out. */
function subtractSquare(hessian: Float64Array, mean: Float64Array, mass: number): void {
  const size = mean.length;
  for (let left = 0; left < size; left += 1) {
    const factor = (mean[left] as number) / mass;
    for (let right = 0; right <= left; right += 1) {
      hessian[left * size + right] =
        (hessian[left * size + right] as number) - factor * (mean[right] as number);
    }
  }
}
