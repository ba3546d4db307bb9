import { type Blend, type Examples, joinWeights, learnBlend, splitWeights } from './blend.ts';
import { addExample, type CalibrationSums, createCalibrationSums, fitIsotonic } from './calibration.ts';
import { DEFAULT_BLEND } from './default-blend.ts';
import { type Demand, type DemandLesson, expectedItems, learnDemand } from './demand.ts';
import type { ExampleSlots, Truth } from './examples.ts';
import { type Chances, isNewcomer, orderByPlace, type Scorer } from './lists.ts';
import { createRankingMetrics, type RankingMetrics } from './metrics.ts';
import type { Pool } from './parallel/pool.ts';
import { timed } from './phases.ts';
import { createRandom, sampleWithoutReplacement } from './random.ts';
import { sharedFloat32, sharedInt32, sharedUint8 } from './shared-arrays.ts';
import { FEATURE_COUNT, type Signals } from './signals.ts';
import { selectTruth } from './truth.ts';

/** One past moment: what was known then, and what was bought after. */
export interface Lesson {
  readonly signals: Signals;
  readonly truth: Truth;
  /** Users whose window could be observed: those in `truth` and those who bought nothing. */
  readonly observed: Int32Array;
  /** false = of use for newcomers only. */
  readonly itemModels: boolean;
}

const MOST_LISTS = 3_000;
const CANDIDATES_PER_LIST = 150;
const MOST_CALIBRATION_USERS = 5_000;
const CALIBRATION_DEPTH = 50;
const MOST_DEMAND_USERS = 20_000;
/** Fewer lists teach nothing: the default weights stay. */
const FEWEST_LISTS = 20;

/** Examples of one lesson, for users with purchases before (`newcomers` false) or without. */
async function collectExamples(
  lesson: Lesson,
  options: {
    readonly newcomers: boolean;
    readonly most: number;
    readonly prior: Blend;
    readonly seed: number;
    readonly pool: Pool;
  },
): Promise<Examples> {
  const { signals, truth } = lesson;
  const positions = Int32Array.from(truth.users.keys()).filter(
    (position) => isNewcomer(signals, truth.users[position] as number) === options.newcomers,
  );
  const chosen = sampleWithoutReplacement(positions, options.most, createRandom(options.seed)).sort();
  const selected = selectTruth(truth, chosen);
  const cap = CANDIDATES_PER_LIST;
  const out: ExampleSlots = {
    cap,
    size: sharedInt32(chosen.length),
    features: sharedFloat32(chosen.length * cap * FEATURE_COUNT),
    bought: sharedUint8(chosen.length * cap),
    label: sharedUint8(chosen.length * cap),
  };
  const order = orderByPlace(signals, selected.users);
  const input = { signals, truth: selected, prior: options.prior, order, out };
  await options.pool.run('examples', input, { count: chosen.length, chunk: 16 });
  return joinExamples([unslotted(out, chosen.length)]);
}

function unslotted(slots: ExampleSlots, lists: number): Examples {
  const start = new Int32Array(lists + 1);
  for (let list = 0; list < lists; list += 1)
    start[list + 1] = (start[list] as number) + (slots.size[list] as number);
  const total = start[lists] as number;
  const features = new Float32Array(total * FEATURE_COUNT);
  const bought = new Uint8Array(total);
  const label = new Uint8Array(total);
  for (let list = 0; list < lists; list += 1) {
    const from = list * slots.cap;
    const to = from + (slots.size[list] as number);
    const at = start[list] as number;
    features.set(slots.features.subarray(from * FEATURE_COUNT, to * FEATURE_COUNT), at * FEATURE_COUNT);
    bought.set(slots.bought.subarray(from, to), at);
    label.set(slots.label.subarray(from, to), at);
  }
  return { start, features, bought, label };
}

/** One set of lists after the other. */
function joinExamples(parts: readonly Examples[]): Examples {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const total = parts.reduce((sum, part) => sum + part.bought.length, 0);
  const features = new Float32Array(total * FEATURE_COUNT);
  const bought = new Uint8Array(total);
  const label = new Uint8Array(total);
  const start: number[] = [0];
  let end = 0;
  for (const part of parts) {
    features.set(part.features, end * FEATURE_COUNT);
    bought.set(part.bought, end);
    label.set(part.label, end);
    for (let list = 1; list < part.start.length; list += 1) start.push(end + (part.start[list] as number));
    end += part.bought.length;
  }
  return { start: Int32Array.from(start), features, bought, label };
}

/** Learns the blend's weights from all lessons; regimes without enough lists keep their default. */
export async function fitBlend(
  lessons: readonly Lesson[],
  seed: number,
  pool: Pool,
): Promise<{ blend: Blend; lists: number }> {
  const collect = async (newcomers: boolean, prior: Blend, lists: number) => {
    const used = lessons.filter((lesson) => newcomers || lesson.itemModels);
    const most = Math.ceil(lists / used.length);
    const parts: Examples[] = [];
    for (const lesson of used)
      parts.push(await collectExamples(lesson, { newcomers, most, prior, seed, pool }));
    return joinExamples(parts);
  };
  let blend = DEFAULT_BLEND;
  let lists = 0;
  // The second round's negatives are those the first round's weights rank high.
  for (const most of [MOST_LISTS / 3, MOST_LISTS]) {
    const examples = await collect(false, blend, most);
    lists = examples.start.length - 1;
    if (lists < FEWEST_LISTS) break;
    blend = {
      ...blend,
      ...splitWeights(
        timed('learn blend', () => learnBlend(examples, false, joinWeights(blend.fresh, blend.bought))),
      ),
    };
  }
  const newcomers = await collect(true, blend, MOST_LISTS);
  if (newcomers.start.length - 1 >= FEWEST_LISTS) {
    blend = {
      ...blend,
      newcomer: splitWeights(
        timed('learn blend', () => learnBlend(newcomers, true, joinWeights(blend.newcomer, blend.newcomer))),
      ).fresh,
    };
  }
  return { blend, lists };
}

/**
 * Learns how many items users buy and what chance a blended score means, from every lesson with item models;
 * measures the lists of the latest on the way.
 */
export async function fitChances(
  lessons: readonly Lesson[],
  blend: Blend,
  options: { readonly seed: number; readonly pool: Pool },
): Promise<{ chances: Chances; metrics: Record<string, number> }> {
  const used = lessons.filter((lesson) => lesson.itemModels);
  const random = createRandom(options.seed + 1);
  const most = (limit: number) => Math.ceil(limit / used.length);
  const demand = timed('demand', () =>
    learnDemand(used.map((lesson) => demandLesson(lesson, most(MOST_DEMAND_USERS), random))),
  );
  const sums = createCalibrationSums();
  const metrics = createRankingMetrics(used[0]?.signals.history.itemCount ?? 0);
  for (const [index, lesson] of used.entries()) {
    for (const group of calibrationGroups(lesson, most(MOST_CALIBRATION_USERS), random)) {
      const lists = await rankAll(
        { signals: lesson.signals, blend, chances: null },
        group.users,
        options.pool,
      );
      timed('calibration', () =>
        addLists({ lesson, demand, sums, metrics: index === 0 ? metrics : null }, group, lists),
      );
    }
  }
  return { chances: { demand, calibration: fitIsotonic(sums) }, metrics: metrics.finish() };
}

/** Users of one kind, each standing for `weight` of the shop's. */
interface CalibrationGroup {
  readonly users: Int32Array;
  readonly weight: number;
}

/** Buyers and others apart: buyers are few, and all the purchases are theirs. */
function calibrationGroups(lesson: Lesson, most: number, random: () => number): CalibrationGroup[] {
  const buyers = new Set(lesson.truth.users);
  const known = lesson.observed.filter((user) => !isNewcomer(lesson.signals, user));
  return [known.filter((user) => buyers.has(user)), known.filter((user) => !buyers.has(user))].map((all) => {
    const users = sampleWithoutReplacement(all, most, random);
    return { users, weight: all.length / Math.max(1, users.length) };
  });
}

function addLists(
  to: {
    readonly lesson: Lesson;
    readonly demand: Demand;
    readonly sums: CalibrationSums;
    readonly metrics: RankingMetrics | null;
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
    if (wanted.size > 0) to.metrics?.add(ids.subarray(0, 25), wanted);
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

function demandLesson(lesson: Lesson, most: number, random: () => number): DemandLesson {
  const { signals, truth, observed } = lesson;
  const known = observed.filter((user) => !isNewcomer(signals, user));
  const users = sampleWithoutReplacement(known, most, random);
  const purchases = purchasesOf(truth);
  const bought = Float64Array.from(users, (user) => purchases(user).size);
  return { history: signals.history, users, bought, now: signals.now, realTimes: signals.realTimes };
}

async function rankAll(
  scorer: Scorer,
  users: Int32Array,
  pool: Pool,
): Promise<{ ids: Int32Array; scores: Float32Array }> {
  const k = CALIBRATION_DEPTH;
  const ids = sharedInt32(users.length * k);
  const scores = sharedFloat32(users.length * k);
  const known = sharedUint8(users.length);
  const order = orderByPlace(scorer.signals, users);
  const input = { scorer, users, order, k, mask: null, excludePurchased: false, ids, scores, known };
  await pool.run('lists', input, { count: users.length, chunk: 32 });
  return { ids, scores };
}
