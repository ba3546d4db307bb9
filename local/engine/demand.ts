import { solveSymmetric } from './cholesky.ts';
import type { History } from './history.ts';
import { DAY } from './popularity.ts';

/**
 * How many different items a user buys in the window: Poisson regression on what the past says of the user.
 * Its expected count times an item's share among the user's candidates is the item's raw chance.
 */
export interface Demand {
  readonly weights: Float64Array;
  /** Mean over the users it was learnt from: what is expected of a user without purchases. */
  readonly mean: number;
}

const FACTS = 6;
const NEWTON_STEPS = 15;
const PENALTY = 1;
const LARGEST_LOG = 6;

/** Expected number of different items user buys in the window. */
export function expectedItems(
  demand: Demand,
  history: History,
  of: { user: number; now: number; realTimes: boolean },
): number {
  if (of.user < 0 || history.baskets[of.user] === 0) return demand.mean;
  const facts = userFacts(history, of);
  let sum = 0;
  for (let at = 0; at < FACTS; at += 1) sum += (demand.weights[at] as number) * (facts[at] as number);
  return Math.exp(Math.min(LARGEST_LOG, sum));
}

/** One past window's users: what was known of them, and how many different items they went on to buy. */
export interface DemandLesson {
  readonly history: History;
  readonly users: Int32Array;
  readonly bought: Float64Array;
  readonly now: number;
  readonly realTimes: boolean;
}

/** Newton's method, O(users × FACTS²) a step. */
export function learnDemand(lessons: readonly DemandLesson[]): Demand {
  const facts = lessons.flatMap((lesson) =>
    Array.from(lesson.users, (user) => userFacts(lesson.history, { ...lesson, user })),
  );
  const bought = lessons.flatMap((lesson) => [...lesson.bought]);
  const mean = facts.length === 0 ? 0 : bought.reduce((sum, one) => sum + one, 0) / facts.length;
  const weights = new Float64Array(FACTS);
  weights[0] = Math.log(mean + 1e-9);
  if (mean === 0) return { weights, mean };
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const vector = weights.map((weight, at) => (at === 0 ? 0 : -PENALTY * weight));
    const matrix = new Float64Array(FACTS * FACTS);
    for (let at = 0; at < FACTS; at += 1) matrix[at * FACTS + at] = PENALTY;
    facts.forEach((row, which) => {
      const sum = row.reduce((total, fact, at) => total + fact * (weights[at] as number), 0);
      const expected = Math.exp(Math.min(LARGEST_LOG, sum));
      for (let left = 0; left < FACTS; left += 1) {
        vector[left] =
          (vector[left] as number) + ((bought[which] as number) - expected) * (row[left] as number);
        for (let right = 0; right <= left; right += 1) {
          const place = left * FACTS + right;
          matrix[place] =
            (matrix[place] as number) + expected * (row[left] as number) * (row[right] as number);
        }
      }
    });
    solveSymmetric({ matrix, vector, order: FACTS, stride: FACTS, floor: 1e-9 });
    let largest = 0;
    for (let at = 0; at < FACTS; at += 1) {
      const change = Math.max(-2, Math.min(2, vector[at] as number));
      weights[at] = (weights[at] as number) + change;
      largest = Math.max(largest, Math.abs(change));
    }
    if (largest < 1e-6) break;
  }
  return { weights, mean };
}

function userFacts(
  history: History,
  of: { readonly user: number; readonly now: number; readonly realTimes: boolean },
): Float64Array {
  const { user, now, realTimes } = of;
  const baskets = Math.max(1, history.baskets[user] as number);
  const items = (history.start[user + 1] as number) - (history.start[user] as number);
  const idle = realTimes ? Math.max(0, now - (history.userLast[user] as number)) / DAY : 0;
  const tenure = realTimes ? Math.max(0, now - (history.userFirst[user] as number)) / DAY : 0;
  const pace = realTimes ? idle / ((tenure + 14) / (baskets + 1)) : 0;
  return Float64Array.of(
    1,
    Math.log(baskets),
    Math.log(Math.max(1, items) / baskets),
    Math.log1p(idle) / 3,
    Math.log1p(tenure) / 3,
    Math.min(4, pace),
  );
}
