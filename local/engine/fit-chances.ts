import { addExample, type CalibrationSums, createCalibrationSums, fitIsotonic } from './calibration.ts';
import { type Demand, type DemandLesson, expectedItems, learnDemand } from './demand.ts';
import type { Truth } from './examples.ts';
import { type FittedBlend, halfOf } from './fit.ts';
import type { Lesson } from './lesson.ts';
import { type Chances, isNewcomer } from './lists.ts';
import type { Pool } from './parallel/pool.ts';
import { timed } from './phases.ts';
import { createRandom, sampleWithoutReplacement } from './random.ts';
import { rankUsers } from './rank-users.ts';

const MOST_CALIBRATION_USERS = 5_000;
const CALIBRATION_DEPTH = 50;
const MOST_DEMAND_USERS = 20_000;

/** What a window counts for against the one after it: seasons change. */
const WINDOW_FADE = 0.7;

/**
 * Learns how many items users buy, from every lesson, and what chance a blended score means, from those with
 * item models. Every user is ranked by the blend that was learnt
 * without them.
 */
export async function fitChances(
  lessons: readonly Lesson[],
  trials: FittedBlend['trials'],
  options: { readonly seed: number; readonly pool: Pool },
): Promise<Chances> {
  const random = createRandom(options.seed + 1);
  const share = (limit: number, of: readonly Lesson[]) => Math.ceil(limit / of.length);
  const most = share(MOST_DEMAND_USERS, lessons);
  const demand = timed('demand', () =>
    learnDemand(
      lessons.map((lesson, index) => demandLesson(lesson, { most, weight: WINDOW_FADE ** index, random })),
    ),
  );
  const used = lessons.filter((lesson) => lesson.itemModels);
  const sums = createCalibrationSums();
  for (const [index, lesson] of used.entries()) {
    for (const group of calibrationGroups(lesson, share(MOST_CALIBRATION_USERS, used), random)) {
      const blend = trials[group.half];
      const lists = await rankUsers(
        { signals: lesson.signals, blend, chances: null },
        { users: group.users, k: CALIBRATION_DEPTH, pool: options.pool },
      );
      const weighed = { ...group, weight: group.weight * WINDOW_FADE ** index };
      timed('calibration', () => addLists({ lesson, demand, sums }, weighed, lists));
    }
  }
  return { demand, calibration: fitIsotonic(sums) };
}

/** Users of one kind, each standing for `weight` of the shop's. */
interface CalibrationGroup {
  readonly users: Int32Array;
  readonly half: 0 | 1;
  readonly weight: number;
}

/** Buyers and others apart: buyers are few, and all the purchases are theirs. */
function calibrationGroups(lesson: Lesson, most: number, random: () => number): CalibrationGroup[] {
  const buyers = new Set(lesson.truth.users);
  const known = lesson.observed.filter((user) => !isNewcomer(lesson.signals, user));
  const kinds = [known.filter((user) => buyers.has(user)), known.filter((user) => !buyers.has(user))];
  return kinds.flatMap((all) => {
    const users = sampleWithoutReplacement(all, most, random);
    const weight = all.length / Math.max(1, users.length);
    return ([0, 1] as const).map((half) => ({
      users: users.filter((user) => halfOf(user) === half),
      half,
      weight,
    }));
  });
}

function addLists(
  to: {
    readonly lesson: Lesson;
    readonly demand: Demand;
    readonly sums: CalibrationSums;
  },
  group: CalibrationGroup,
  lists: { readonly ids: Int32Array; readonly scores: Float32Array },
): void {
  const { signals } = to.lesson;
  const bought = purchasesOf(to.lesson.truth);
  group.users.forEach((user, row) => {
    const wanted = bought(user);
    const logExpected = Math.log(expectedItems(to.demand, signals.history, { ...signals, user }) + 1e-12);
    const from = row * CALIBRATION_DEPTH;
    const ids = lists.ids.subarray(from, from + CALIBRATION_DEPTH).filter((id) => id >= 0);
    ids.forEach((id, place) => {
      addExample(to.sums, logExpected + (lists.scores[from + place] as number), wanted.has(id), group.weight);
    });
  });
}

function purchasesOf(truth: Truth): (user: number) => ReadonlySet<number> {
  const positions = new Map(Array.from(truth.users, (user, position) => [user, position] as const));
  return (user) => {
    const position = positions.get(user);
    if (position === undefined) return new Set();
    return new Set(truth.item.subarray(truth.start[position], truth.start[position + 1]));
  };
}

function demandLesson(
  lesson: Lesson,
  of: { readonly most: number; readonly weight: number; readonly random: () => number },
): DemandLesson {
  const { signals, truth, observed } = lesson;
  const known = observed.filter((user) => !isNewcomer(signals, user));
  const users = sampleWithoutReplacement(known, of.most, of.random);
  const purchases = purchasesOf(truth);
  const bought = Float64Array.from(users, (user) => purchases(user).size);
  const { history, now, realTimes } = signals;
  return { history, users, bought, weight: of.weight, now, realTimes };
}
