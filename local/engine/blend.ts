import { solveSymmetric } from './cholesky.ts';
import { FEATURE_COUNT, FIRST_REPEAT_FEATURE } from './signals.ts';

/**
 * Weights of the blend, one vector of FEATURE_COUNT per regime: an item new to the user, one bought before,
 * and any item for a user without purchases.
 */
export interface Blend {
  readonly fresh: Float32Array;
  readonly bought: Float32Array;
  readonly newcomer: Float32Array;
}

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

/** Strength of the pull towards zero, in lists: a weight must earn its keep. */
const PENALTY = 2;
const NEWTON_STEPS = 12;
/** Candidates below this chance hardly bend the likelihood: only their gradient counts. */
const SMALLEST_CURVATURE = 1e-4;

/** Rounds in which weights that came out below zero where none may are taken out. */
const SIGN_ROUNDS = 4;

/**
 * Learns fresh and bought weights together by a softmax over each list: the mean log-likelihood of the
 * purchased items, every list counting once. Convex; Newton's method with step halving.
 * Cost per step: candidates × FEATURE_COUNT² / 2.
 */
export function learnBlend(
  examples: Examples,
  newcomers: boolean,
  options: {
    /** Fresh and bought weights to begin with, which saves steps. */
    readonly from?: Float32Array;
    /** Features that must not count against an item new to the user. */
    readonly neverAgainst?: ReadonlySet<number>;
  } = {},
): Float32Array {
  const { from, neverAgainst } = options;
  const problem = standardise(examples, newcomers);
  let weights = Float64Array.from(problem.scale, (scale, at) =>
    scale === 0 ? 0 : (from?.[at] ?? 0) / scale,
  );
  for (let round = 0; round < SIGN_ROUNDS; round += 1) {
    weights = climb(examples, problem, weights);
    const wrong = [...(neverAgainst ?? [])].filter((at) => (weights[at] as number) < 0);
    for (const at of wrong) {
      problem.scale[at] = 0;
      weights[at] = 0;
    }
    if (wrong.length === 0) break;
  }
  return Float32Array.from(weights, (weight, at) => weight * (problem.scale[at] as number));
}

/** Newton's method. */
function climb(
  examples: Examples,
  problem: Problem,
  from: Float64Array<ArrayBuffer>,
): Float64Array<ArrayBuffer> {
  const size = from.length;
  let weights = from;
  let state = evaluateSoftmax(examples, problem, weights, true);
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const direction = state.gradient.slice();
    solveSymmetric({ matrix: state.hessian, vector: direction, order: size, stride: size, floor: 1e-9 });
    let length = 1;
    let next = weights;
    let gained = Number.NEGATIVE_INFINITY;
    for (; length > 1e-3; length /= 2) {
      next = weights.map((weight, at) => weight + length * (direction[at] as number));
      gained = evaluateSoftmax(examples, problem, next, false).value - state.value;
      if (gained > 0) break;
    }
    // Also when it is no number.
    if (!(gained > 0)) break;
    weights = next;
    if (gained < 1e-5 * Math.abs(state.value)) break;
    state = evaluateSoftmax(examples, problem, weights, true);
  }
  return weights;
}

/** Splits what `learnBlend` returned; newcomers' lists have no bought part. */
export function splitWeights(learnt: Float32Array): {
  readonly fresh: Float32Array;
  readonly bought: Float32Array;
} {
  return { fresh: learnt.slice(0, FEATURE_COUNT), bought: learnt.slice(FEATURE_COUNT) };
}

/** As `learnBlend` takes and gives them. */
export function joinWeights(fresh: Float32Array, bought: Float32Array): Float32Array {
  return Float32Array.from([...fresh, ...bought]);
}

export function blendScore(weights: Float32Array, features: Float32Array, base: number): number {
  let sum = 0;
  for (let feature = 0; feature < FEATURE_COUNT; feature += 1) {
    sum += (weights[feature] as number) * (features[base + feature] as number);
  }
  return sum;
}

interface Problem {
  /** 1 / standard deviation of each feature, 0 for one that does not vary. */
  readonly scale: Float64Array;
}

function standardise(examples: Examples, newcomers: boolean): Problem {
  const size = 2 * FEATURE_COUNT;
  const sums = new Float64Array(size);
  const squares = new Float64Array(size);
  const counts = new Float64Array(2);
  for (let at = 0; at < examples.bought.length; at += 1) {
    const offset = (examples.bought[at] as number) * FEATURE_COUNT;
    counts[examples.bought[at] as number] = (counts[examples.bought[at] as number] as number) + 1;
    for (let feature = 0; feature < FEATURE_COUNT; feature += 1) {
      const value = examples.features[at * FEATURE_COUNT + feature] as number;
      sums[offset + feature] = (sums[offset + feature] as number) + value;
      squares[offset + feature] = (squares[offset + feature] as number) + value * value;
    }
  }
  const scale = new Float64Array(size);
  for (let at = 0; at < size; at += 1) {
    const count = counts[at < FEATURE_COUNT ? 0 : 1] as number;
    if (count === 0 || (newcomers && at >= FIRST_REPEAT_FEATURE)) continue;
    const mean = (sums[at] as number) / count;
    const variance = (squares[at] as number) / count - mean * mean;
    // The bought regime's constant does not vary within the regime but does within a list.
    if (at === FEATURE_COUNT + FIRST_REPEAT_FEATURE) scale[at] = 1;
    else if (variance > 1e-9) scale[at] = 1 / Math.sqrt(variance);
  }
  return { scale };
}

interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/** Penalised log-likelihood with its gradient and negative Hessian (lower triangle). */
function evaluateSoftmax(
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
      const offset = (bought[at] as number) * FEATURE_COUNT;
      let score = 0;
      for (let feature = 0; feature < FEATURE_COUNT; feature += 1) {
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
      const offset = (bought[at] as number) * FEATURE_COUNT;
      for (let feature = 0; feature < FEATURE_COUNT; feature += 1) {
        const scaledFeature =
          (features[at * FEATURE_COUNT + feature] as number) * (problem.scale[offset + feature] as number);
        row[feature] = scaledFeature;
        gradient[offset + feature] =
          (gradient[offset + feature] as number) + (target - chance) * scaledFeature;
      }
      if (chance < SMALLEST_CURVATURE) continue;
      mass += chance;
      for (let feature = 0; feature < FEATURE_COUNT; feature += 1) {
        mean[offset + feature] = (mean[offset + feature] as number) + chance * (row[feature] as number);
      }
      addSquare(hessian, { row, weight: chance, offset, size });
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
  of: { readonly row: Float64Array; readonly weight: number; readonly offset: number; readonly size: number },
): void {
  for (let left = 0; left < FEATURE_COUNT; left += 1) {
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
