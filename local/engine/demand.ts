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

const FACTS = 11;
const NEWTON_STEPS = 15;
const PENALTY = 1;
const LARGEST_LOG = 6;
/** Some come back whom the past had given up, and some favourites stay away: that share is everybody's mean. */
const MEAN_SHARE = 0.04;
/** Longer ago is long ago: past windows hold too few who were idle longer to learn from. */
const LONGEST_IDLE_DAYS = 365;

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
  const own = Math.exp(Math.min(LARGEST_LOG, sum));
  return own + MEAN_SHARE * (demand.mean - own);
}

/** One past window's users: what was known of them, and how many different items they went on to buy. */
export interface DemandLesson {
  readonly history: History;
  readonly users: Int32Array;
  /** What this window counts for against the latest. */
  readonly weight: number;
  readonly bought: Float64Array;
  readonly now: number;
  readonly realTimes: boolean;
}

/** Nothing observed: nothing is expected. */
export function unknownDemand(): Demand {
  return { weights: new Float64Array(FACTS), mean: 0 };
}

/** Newton's method, O(users × FACTS²) a step. */
export function learnDemand(lessons: readonly DemandLesson[]): Demand {
  const examples = gatherFacts(lessons);
  const { facts, bought, mass } = examples;
  let total = 0;
  let purchases = 0;
  for (let row = 0; row < bought.length; row += 1) {
    total += mass[row] as number;
    purchases += (mass[row] as number) * (bought[row] as number);
  }
  const demand = unknownDemand();
  const mean = total === 0 ? 0 : purchases / total;
  if (mean === 0) return demand;
  const { weights } = demand;
  weights[0] = Math.log(mean);
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const vector = weights.map((weight, at) => (at === 0 ? 0 : -PENALTY * weight));
    const matrix = new Float64Array(FACTS * FACTS);
    for (let at = 0; at < FACTS; at += 1) matrix[at * FACTS + at] = PENALTY;
    for (let row = 0; row < bought.length; row += 1) {
      const base = row * FACTS;
      let sum = 0;
      for (let at = 0; at < FACTS; at += 1) sum += (weights[at] as number) * (facts[base + at] as number);
      const expected = (mass[row] as number) * Math.exp(Math.min(LARGEST_LOG, sum));
      const missing = (mass[row] as number) * (bought[row] as number) - expected;
      for (let left = 0; left < FACTS; left += 1) {
        const fact = facts[base + left] as number;
        vector[left] = (vector[left] as number) + missing * fact;
        for (let right = 0; right <= left; right += 1) {
          const place = left * FACTS + right;
          matrix[place] = (matrix[place] as number) + expected * fact * (facts[base + right] as number);
        }
      }
    }
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

interface DemandExamples {
  /** [row · FACTS + fact] */
  readonly facts: Float64Array;
  readonly bought: Float64Array;
  readonly mass: Float64Array;
}

function gatherFacts(lessons: readonly DemandLesson[]): DemandExamples {
  const rows = lessons.reduce((sum, lesson) => sum + lesson.users.length, 0);
  const facts = new Float64Array(rows * FACTS);
  const bought = new Float64Array(rows);
  const mass = new Float64Array(rows);
  let row = 0;
  for (const lesson of lessons) {
    lesson.users.forEach((user, at) => {
      facts.set(userFacts(lesson.history, { ...lesson, user }), row * FACTS);
      bought[row] = lesson.bought[at] as number;
      mass[row] = lesson.weight;
      row += 1;
    });
  }
  return { facts, bought, mass };
}

/** Where the effect of an idle month and of an idle season bends, as log(1 + days). */
const IDLE_BENDS = [Math.log1p(28), Math.log1p(120)] as const;
const RECENT_DAYS = [28, 84] as const;

function userFacts(
  history: History,
  of: { readonly user: number; readonly now: number; readonly realTimes: boolean },
): readonly number[] {
  const { user, now, realTimes } = of;
  const baskets = Math.max(1, history.baskets[user] as number);
  const items = (history.start[user + 1] as number) - (history.start[user] as number);
  const logBaskets = Math.log(baskets);
  const logItems = Math.log(Math.max(1, items) / baskets);
  if (!realTimes) return [1, logBaskets, logItems, 0, 0, 0, 0, 0, 0, 0, 0];
  const days = Math.max(0, now - (history.userLast[user] as number)) / DAY;
  const idle = Math.min(LONGEST_IDLE_DAYS, days);
  const tenure = Math.max(0, now - (history.userFirst[user] as number)) / DAY;
  const logIdle = Math.log1p(idle);
  const pace = idle / ((tenure + 14) / (baskets + 1));
  const [month, season] = recentItems(history, user, now);
  return [
    1,
    logBaskets,
    logItems,
    logIdle / 3,
    Math.log1p(tenure) / 3,
    Math.min(4, pace),
    Math.log1p(month),
    Math.log1p(season),
    Math.max(0, logIdle - IDLE_BENDS[0]),
    Math.max(0, logIdle - IDLE_BENDS[1]),
    (logBaskets * logIdle) / 3,
  ];
}

/** Different items last bought within a month, and within a season. */
function recentItems(history: History, user: number, now: number): [number, number] {
  let month = 0;
  let season = 0;
  for (let entry = history.start[user] as number; entry < (history.start[user + 1] as number); entry += 1) {
    const days = (now - (history.last[entry] as number)) / DAY;
    if (days < RECENT_DAYS[1]) season += 1;
    if (days < RECENT_DAYS[0]) month += 1;
  }
  return [month, season];
}
