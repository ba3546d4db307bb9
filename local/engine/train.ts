import type { Blend } from './blend.ts';
import { borrowSources } from './cold-items.ts';
import { DEFAULT_BLEND } from './default-blend.ts';
import type { ItemFacts, UserFacts } from './facts.ts';
import { fitBlend, fitChances, type Lesson } from './fit.ts';
import { buildHistory, buyersOf, holdersOf } from './history.ts';
import { cutHoldout } from './holdout.ts';
import type { Interactions } from './interactions.ts';
import { evidenceOf, settingsFor, trainGram, trainRidge } from './item-models.ts';
import { type Chances, createListMaker, type Scorer } from './lists.ts';
import { findLookalikes } from './lookalikes.ts';
import type {
  ItemAffinityModel,
  PopularityModel,
  RankedList,
  RecommenderModel,
  SimilarItemsModel,
} from './model.ts';
import { createPool, type Pool } from './parallel/pool.ts';
import { timed } from './phases.ts';
import { popularityChannels, popularOrder } from './popularity.ts';
import { prepareSignals } from './prepare-signals.ts';
import { learnRepeats } from './repeats.ts';
import { sampleUsers } from './sample-users.ts';
import { fitSegments, segmentScale } from './segment-fit.ts';
import { truthOf } from './truth.ts';

/** Weights that were learnt before: nothing is held out then. */
export interface LearntWeights {
  readonly blend: Blend;
  readonly chances: Chances;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface TrainingInput {
  readonly interactions: Interactions;
  readonly userIds: readonly string[];
  readonly itemIds: readonly string[];
  readonly itemFacts?: ItemFacts;
  readonly userFacts?: UserFacts;
  readonly seed: number;
  /** Epoch seconds. */
  readonly now: number;
  readonly log: (line: string) => void;
  /** Worker threads; 0 = in the calling thread. Default: the available cores, at most 4. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Recommender only. Default: learnt on a holdout. */
  readonly learnt?: LearntWeights;
  /** Item affinity only: the size correction. Default: chosen on a holdout. */
  readonly sizeExponent?: number;
}

/** Smaller data takes several past windows to learn from: they cost little and steady the weights. */
const ROWS_FOR_ONE_LESSON = 1_000_000;
const MOST_LESSONS = 3;
/** Users that weights are learnt from, at most. */
const MOST_LESSON_USERS = 100_000;
const MOST_NEWCOMER_LESSONS = 8;
/** Share of the rows that must lie before a window for it to teach anything. */
const FEWEST_KNOWN = 0.2;
const POPULAR_LISTED = 500;
const POPULARITY_CHANNEL = 1;

/** user-personalization and personalized-ranking. */
export async function trainRecommender(input: TrainingInput): Promise<RecommenderModel> {
  return withPool(input, async (pool) => {
    const { interactions, itemFacts, userFacts } = input;
    const { blend, chances, metrics } = input.learnt ?? (await learnWeights(input, pool));
    const now = lastMoment(input);
    const part = null;
    const facts = { itemFacts, userFacts };
    const { signals } = await prepareSignals({ interactions, ...facts, part, now, pool, itemModels: true });
    const scorer: Scorer = { signals, blend, chances };
    return {
      recipe: 'recommender',
      userIds: input.userIds,
      itemIds: input.itemIds,
      metrics,
      scorer,
      popular: popularList(scorer, interactions.itemCount),
    };
  });
}

/** What is learnt from holding the latest purchases out; its memory is free again before the whole is learnt. */
async function learnWeights(input: TrainingInput, pool: Pool): Promise<LearntWeights> {
  const { seed, log } = input;
  const lessons = await prepareLessons(input, pool);
  if (lessons.length === 0) return { blend: DEFAULT_BLEND, chances: unknownChances(), metrics: {} };
  const { blend, lists } = await fitBlend(lessons, seed, pool);
  log(`blend learnt from ${lists} lists`);
  const { chances, metrics } = await fitChances(lessons, blend, { seed, pool });
  for (const [name, value] of Object.entries(metrics)) log(`${name} ${value.toFixed(4)}`);
  return { blend, chances, metrics };
}

/** similar-items and sims. */
export async function trainSimilarItems(input: TrainingInput): Promise<SimilarItemsModel> {
  return withPool(input, async (pool) => {
    const history = buildHistory(input.interactions, null);
    const holders = evidenceOf(history);
    const gram = await trainGram(history, holders, settingsFor(history), pool);
    if (input.itemFacts !== undefined)
      borrowSources(gram.nearest, findLookalikes(input.itemFacts, buyersOf(history)));
    const popularity = await trainPopularity(input);
    const offered = new Set(gram.nearest.sources.filter((item) => item >= 0));
    const coverage = offered.size / Math.max(1, history.itemCount);
    return { ...popularity, recipe: 'similar-items', metrics: { coverage }, similar: gram.nearest };
  });
}

/** popularity-count. */
export async function trainPopularity(input: TrainingInput): Promise<PopularityModel> {
  const { itemCount } = input.interactions;
  const channels = timed('popularity', () => popularityChannels(input.interactions, null, lastMoment(input)));
  const ids = popularOrder(channels, POPULARITY_CHANNEL, itemCount).slice(0, POPULAR_LISTED);
  const scores = Float32Array.from(ids, (id) => channels[POPULARITY_CHANNEL * itemCount + id] as number);
  const metrics = { coverage: Math.min(25, ids.length) / Math.max(1, itemCount) };
  return {
    recipe: 'popularity',
    userIds: input.userIds,
    itemIds: input.itemIds,
    metrics,
    popular: { ids, scores },
  };
}

/** item-affinity: for each item, the users most likely to buy it. */
export async function trainItemAffinity(input: TrainingInput): Promise<ItemAffinityModel> {
  return withPool(input, async (pool) => {
    const { exponent, metrics } =
      input.sizeExponent === undefined
        ? await learnSizeExponent(input, pool)
        : { exponent: input.sizeExponent, metrics: {} };
    const parts = await segmentParts(input.interactions, null, pool);
    return {
      recipe: 'item-affinity',
      userIds: input.userIds,
      itemIds: input.itemIds,
      metrics,
      ...parts,
      holders: holdersOf(parts.history),
      userScale: segmentScale(parts.history, exponent),
    };
  });
}

async function learnSizeExponent(input: TrainingInput, pool: Pool) {
  const { seed, log } = input;
  const { interactions } = sampleUsers(
    { interactions: input.interactions, userFacts: undefined },
    MOST_LESSON_USERS,
    seed,
  );
  const holdout = cutHoldout(interactions, seed, 0);
  log(`holdout: ${holdout.name}`);
  const past = await segmentParts(interactions, holdout.part, pool);
  const fitted = await fitSegments(past, truthOf(interactions, holdout.part), { seed, pool });
  log(`heavy buyers are corrected by (their items)^-${fitted.exponent}`);
  return fitted;
}

async function segmentParts(interactions: Interactions, part: Uint8Array | null, pool: Pool) {
  const history = buildHistory(interactions, part);
  const settings = settingsFor(history);
  const gram = await trainGram(history, evidenceOf(history), settings, pool);
  const sources = await trainRidge(gram, settings, pool);
  const ownWeight = learnRepeats(history, interactions.timeKind === 'seconds').rate;
  return { history, sources, ownWeight };
}

/**
 * Past windows to learn from, the latest first. Newcomers' weights need no item models, and every window
 * is one more sample of how popularity carries on, so they get several.
 */
async function prepareLessons(input: TrainingInput, pool: Pool): Promise<Lesson[]> {
  const { itemFacts, seed, log } = input;
  const shop = { interactions: input.interactions, userFacts: input.userFacts };
  const { interactions, userFacts } = sampleUsers(shop, MOST_LESSON_USERS, seed);
  const small = interactions.length < ROWS_FOR_ONE_LESSON;
  const windows = interactions.timeKind !== 'seconds' ? 1 : small ? MOST_NEWCOMER_LESSONS : 1;
  const lessons: Lesson[] = [];
  for (let index = 0; index < windows; index += 1) {
    const { part, now, name } = timed('cut holdout', () => cutHoldout(interactions, seed, index));
    const truth = timed('truth', () => truthOf(interactions, part));
    const knownRows = part.reduce((sum, one) => sum + (one === 0 ? 1 : 0), 0);
    if (truth.users.length === 0 || (index > 0 && knownRows < FEWEST_KNOWN * interactions.length)) break;
    if (index === 0) log(`holdout: ${name}`);
    const itemModels = index < MOST_LESSONS;
    const facts = { itemFacts, userFacts };
    const { signals, history } = await prepareSignals({
      interactions,
      ...facts,
      part,
      now,
      pool,
      itemModels,
    });
    // Basket numbers are held out of some users only; the others' next baskets are not observed.
    const everybody = Int32Array.from({ length: history.userCount }, (_, user) => user);
    const observed = interactions.timeKind === 'order' ? truth.users : everybody;
    lessons.push({ signals, truth, observed, itemModels });
  }
  return lessons;
}

/** Data can end long before the clock's now: ages are counted from its last day. */
function lastMoment(input: TrainingInput): number {
  const { times, timeKind } = input.interactions;
  if (timeKind !== 'seconds') return 0;
  let latest = 0;
  for (let row = 0; row < times.length; row += 1) latest = Math.max(latest, times[row] as number);
  return Math.min(input.now, latest + 1);
}

function popularList(scorer: Scorer, itemCount: number): RankedList {
  const k = Math.min(POPULAR_LISTED, itemCount);
  const list = createListMaker(scorer, { k, mask: null, excludePurchased: false }).list(-1);
  return { ids: list.ids.slice(0, list.size), scores: Float32Array.from(list.scores.subarray(0, list.size)) };
}

/** Nothing observed: no chance is claimed. */
function unknownChances(): Chances {
  return {
    demand: { weights: new Float64Array(6), mean: 0 },
    calibration: { score: new Float32Array(0), chance: new Float32Array(0) },
  };
}

async function withPool<T>(input: TrainingInput, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool({ threads: input.threads, signal: input.signal });
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}
