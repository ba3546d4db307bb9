import { borrowSources } from './cold-items.ts';
import type { Columns } from './columns.ts';
import { buildHistoryInTurns, buyersOf } from './history.ts';
import { cutHoldout } from './holdout.ts';
import { trainNearest } from './item-models.ts';
import { lastMoment } from './last-moment.ts';
import { learnWeights, MOST_LESSON_USERS } from './learn-weights.ts';
import { letGo } from './let-go.ts';
import { createListMaker, type Scorer } from './lists.ts';
import { findLookalikes } from './lookalikes.ts';
import type {
  ItemAffinityModel,
  PopularityModel,
  RankedList,
  RecommenderModel,
  SimilarItemsModel,
} from './model.ts';
import { createPool, type Pool } from './parallel/pool.ts';
import { timedAsync } from './phases.ts';
import { popularityChannels, popularOrder } from './popularity.ts';
import { prepareSignals } from './prepare-signals.ts';
import { learnRepeats } from './repeats.ts';
import { sampleUsers } from './sample-users.ts';
import { fitSegments, itemsToTry, segmentScale } from './segment-fit.ts';
import type { TrainingInput } from './training-input.ts';
import { truthOf } from './truth.ts';
import { inTurns } from './turns.ts';

export type { TrainingInput };

/** Similar items kept: longer lists are hardly asked for. */
const SIMILAR_ITEMS = 100;
/**
 * Sources of an item whose holders may want it. By cosine: the ridge finds as many buyers (recall at 1 % of the users,
 * ridge and cosine: UCI .250 .259, Ta Feng .153 .154, Gowalla .629 .626), at several times the cost.
 */
const AFFINITY_SOURCES = { usual: 50, large: 30 };
/** Items beyond which following 50 sources costs more than it finds (Gowalla: recall .614 from 30). */
const LARGE_CATALOGUE = 20_000;
/** What a repeat rate counts for beside cosines. */
const OWN_WORTH = 10;
const POPULAR_LISTED = 500;
const POPULARITY_CHANNEL = 1;

/** user-personalization and personalized-ranking. */
export async function trainRecommender(input: TrainingInput): Promise<RecommenderModel> {
  const learnt = input.learnt ?? (await withPool(input, (pool) => learnWeights(input, pool)));
  return withPool(input, async (pool) => {
    const { interactions, itemFacts, userFacts } = input;
    const { blend, chances, metrics } = learnt;
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

/** similar-items and sims. */
export async function trainSimilarItems(input: TrainingInput): Promise<SimilarItemsModel> {
  return withPool(input, async (pool) => {
    const history = await buildHistoryInTurns(input.interactions, null);
    const similar = await trainNearest(history, { width: SIMILAR_ITEMS, pool });
    if (input.itemFacts !== undefined) {
      const lookalikes = await findLookalikes(input.itemFacts, buyersOf(history), pool);
      await borrowSources(similar, lookalikes, pool);
    }
    const popularity = await trainPopularity(input);
    const coverage = countOffered(similar) / Math.max(1, history.itemCount);
    return { ...popularity, recipe: 'similar-items', metrics: { coverage }, similar };
  });
}

/** Items that are listed beside any other. */
function countOffered({ sources, itemCount }: Columns): number {
  const offered = new Uint8Array(itemCount);
  for (const item of sources) if (item >= 0) offered[item] = 1;
  return offered.reduce((sum, one) => sum + one, 0);
}

/** popularity-count. */
export async function trainPopularity(input: TrainingInput): Promise<PopularityModel> {
  const { itemCount } = input.interactions;
  const channels = await timedAsync('popularity', () =>
    inTurns(popularityChannels(input.interactions, null, lastMoment(input))),
  );
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
  const { exponent, metrics } =
    input.sizeExponent === undefined
      ? await withPool(input, (pool) => learnSizeExponent(input, pool))
      : { exponent: input.sizeExponent, metrics: {} };
  return withPool(input, async (pool) => {
    const parts = await segmentParts(input, { part: null, pool });
    return {
      recipe: 'item-affinity',
      userIds: input.userIds,
      itemIds: input.itemIds,
      metrics,
      ...parts,
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
  const truth = truthOf(interactions, holdout.part);
  const items = itemsToTry(truth, seed);
  const past = await segmentParts({ ...input, interactions }, { part: holdout.part, items, pool });
  const fitted = await fitSegments(past, truth, { items, pool });
  log(`heavy buyers are corrected by (their items)^-${fitted.exponent}`);
  return fitted;
}

async function segmentParts(
  { interactions, itemFacts }: Pick<TrainingInput, 'interactions' | 'itemFacts'>,
  of: { readonly part: Uint8Array | null; readonly items?: Int32Array; readonly pool: Pool },
) {
  const history = await buildHistoryInTurns(interactions, of.part);
  const width = history.itemCount > LARGE_CATALOGUE ? AFFINITY_SOURCES.large : AFFINITY_SOURCES.usual;
  const targets = of.items === undefined ? {} : { targets: of.items };
  const sources = await trainNearest(history, { width, ...targets, pool: of.pool });
  const realTimes = interactions.timeKind === 'seconds';
  const { rate } = await inTurns(learnRepeats(history, realTimes, itemFacts?.categories));
  return { history, sources, ownWeight: rate.map((one) => OWN_WORTH * one) };
}

function popularList(scorer: Scorer, itemCount: number): RankedList {
  const k = Math.min(POPULAR_LISTED, itemCount);
  const list = createListMaker(scorer, { k, mask: null, excludePurchased: false }).list(-1);
  return { ids: list.ids.slice(0, list.size), scores: Float32Array.from(list.scores.subarray(0, list.size)) };
}

async function withPool<T>({ threads, signal }: TrainingInput, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool({ threads, signal });
  try {
    return await work(pool);
  } finally {
    await pool.close();
    // What was learnt from is not needed any more.
    letGo();
  }
}
