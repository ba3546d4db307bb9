import { solveSymmetric } from './cholesky.ts';
import { FEATURE_COUNT, FIRST_REPEAT_FEATURE } from './signals.ts';
import { type Examples, evaluateSoftmax, type Problem } from './softmax.ts';
import type { Steps } from './turns.ts';

/**
 * Weights of the blend, one vector of FEATURE_COUNT per regime: an item new to the user, one bought before,
 * and any item for a user without purchases.
 */
export interface Blend {
  readonly fresh: Float32Array;
  readonly bought: Float32Array;
  readonly newcomer: Float32Array;
}

const NEWTON_STEPS = 12;

/** Rounds in which weights that came out below zero where none may are taken out. */
const SIGN_ROUNDS = 4;

/**
 * Learns fresh and bought weights together by a softmax over each list: the mean log-likelihood of the
 * purchased items, every list counting once. Convex; Newton's method with step halving.
 * Cost per step: candidates × FEATURE_COUNT² / 2.
 */
export function* learnBlend(
  examples: Examples,
  newcomers: boolean,
  options: {
    /** Fresh and bought weights to begin with, which saves steps. */
    readonly from?: Float32Array;
    /** Features that must not count against an item new to the user. */
    readonly neverAgainst?: ReadonlySet<number>;
  } = {},
): Steps<Float32Array> {
  const { from, neverAgainst } = options;
  const problem = standardise(examples, newcomers);
  let weights = Float64Array.from(problem.scale, (scale, at) =>
    scale === 0 ? 0 : (from?.[at] ?? 0) / scale,
  );
  for (let round = 0; round < SIGN_ROUNDS; round += 1) {
    weights = yield* climb(examples, problem, weights);
    const wrong = [...(neverAgainst ?? [])].filter((at) => (weights[at] as number) < 0);
    for (const at of wrong) {
      problem.scale[at] = 0;
      weights[at] = 0;
    }
    if (wrong.length === 0) break;
  }
  return Float32Array.from(weights, (weight, at) => weight * (problem.scale[at] as number));
}

/** Newton's method; stops between two evaluations. */
function* climb(
  examples: Examples,
  problem: Problem,
  from: Float64Array<ArrayBuffer>,
): Steps<Float64Array<ArrayBuffer>> {
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
      yield;
      next = weights.map((weight, at) => weight + length * (direction[at] as number));
      gained = evaluateSoftmax(examples, problem, next, false).value - state.value;
      if (gained > 0) break;
    }
    // Also when it is no number.
    if (!(gained > 0)) break;
    weights = next;
    if (gained < 1e-5 * Math.abs(state.value)) break;
    yield;
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
