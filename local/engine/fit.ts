import { type Blend, joinWeights, learnBlend, splitWeights } from './blend.ts';
import { collectExamples, joinExamples, type OwnedExamples, selectExamples } from './collect-examples.ts';
import { DEFAULT_BLEND } from './default-blend.ts';
import type { Lesson } from './lesson.ts';
import type { Pool } from './parallel/pool.ts';
import { timedAsync } from './phases.ts';
import { FEATURES } from './signals.ts';
import { inTurns } from './turns.ts';

const MOST_LISTS = 3_000;
/** Fewer lists teach nothing: the default weights stay. */
const FEWEST_LISTS = 20;

/** A blend, and what it would be without the users of one half. */
export interface FittedBlend {
  readonly blend: Blend;
  /** By half: learnt without that half's users, so that its chances on them are honest. */
  readonly trials: readonly [Blend, Blend];
  readonly lists: number;
}

/** Users fall into two halves by their index alone. */
export function halfOf(user: number): 0 | 1 {
  return Math.imul(user + 1, 0x9e3779b1) < 0 ? 1 : 0;
}

/** Learns the blend's weights from all lessons; regimes without enough lists keep their default. */
export async function fitBlend(lessons: readonly Lesson[], seed: number, pool: Pool): Promise<FittedBlend> {
  const collect = async (newcomers: boolean, prior: Blend, lists: number) => {
    const used = lessons.filter((lesson) => newcomers || lesson.itemModels);
    const most = Math.ceil(lists / used.length);
    const parts: OwnedExamples[] = [];
    for (const lesson of used)
      parts.push(await collectExamples(lesson, { newcomers, most, prior, seed, pool }));
    return joinExamples(parts);
  };
  const realTimes = lessons[0]?.signals.realTimes ?? false;
  let blend = DEFAULT_BLEND;
  let lists = 0;
  let trials: FittedBlend['trials'] = [blend, blend];
  // The second round's negatives are those the first round's weights rank high.
  for (const most of [MOST_LISTS / 3, MOST_LISTS]) {
    const examples = await collect(false, blend, most);
    lists = examples.users.length;
    if (lists < FEWEST_LISTS) break;
    blend = await relearn(examples, blend, realTimes);
    trials = [blend, blend];
    if (most === MOST_LISTS && lessons.length > 1) trials = await learnTrials(examples, blend, realTimes);
  }
  const newcomers = await collect(true, blend, MOST_LISTS);
  if (newcomers.users.length >= FEWEST_LISTS) {
    const from = joinWeights(blend.newcomer, blend.newcomer);
    const learnt = await learn(newcomers, true, { from });
    blend = { ...blend, newcomer: splitWeights(learnt).fresh };
  }
  return { blend, trials, lists };
}

/** What speaks for an item, of which more should not be worse. */
const EVIDENCE: ReadonlySet<number> = new Set(
  FEATURES.flatMap((name, at) => (/ridge|walk|popularity/i.test(name) ? [at] : [])),
);

/**
 * Without times a holdout is drawn from the same moment as the rest, and the item models look better on it than
 * they will be: learning then balances small differences between them, and lets popularity count against items.
 * On purchases of another moment (Gowalla's test part) that costs 2 % of NDCG, so there no evidence may.
 */
async function relearn(examples: OwnedExamples, from: Blend, realTimes: boolean): Promise<Blend> {
  const options = {
    from: joinWeights(from.fresh, from.bought),
    ...(realTimes ? {} : { neverAgainst: EVIDENCE }),
  };
  return { ...from, ...splitWeights(await learn(examples, false, options)) };
}

function learn(...of: Parameters<typeof learnBlend>): Promise<Float32Array> {
  return timedAsync('learn blend', () => inTurns(learnBlend(...of)));
}

/** Only where several lessons share their users: a sample of a big shop is no sizeable part of it. */
async function learnTrials(
  examples: OwnedExamples,
  blend: Blend,
  realTimes: boolean,
): Promise<FittedBlend['trials']> {
  const without = async (half: 0 | 1) => {
    const others = selectExamples(examples, (user) => halfOf(user) !== half);
    return others.users.length < FEWEST_LISTS ? blend : relearn(others, blend, realTimes);
  };
  return [await without(0), await without(1)];
}
