import { borrowPopularity, borrowSources } from './cold-items.ts';
import { createColumns } from './columns.ts';
import type { ItemFacts, UserFacts } from './facts.ts';
import { buildHistoryInTurns, buyersOf, type History } from './history.ts';
import type { Interactions } from './interactions.ts';
import { type ItemModels, settingsFor, trainItemModels } from './item-models.ts';
import { letGo } from './let-go.ts';
import { joinModels } from './links.ts';
import { findLookalikes } from './lookalikes.ts';
import type { Pool } from './parallel/pool.ts';
import { timedAsync } from './phases.ts';
import { type PlaceSales, placeSales } from './places.ts';
import { HALF_LIVES_DAYS, popularityChannels, popularOrder } from './popularity.ts';
import { learnRepeats } from './repeats.ts';
import { sharedInt32, sharedUint8 } from './shared-arrays.ts';
import type { Signals } from './signals.ts';
import { inTurns } from './turns.ts';

/** Items of each popularity channel that everybody is offered. */
const POPULAR_PER_CHANNEL = 50;
const MOST_PLACES = 2;

export interface SignalsInput {
  readonly interactions: Interactions;
  readonly itemFacts: ItemFacts | undefined;
  readonly userFacts: UserFacts | undefined;
  /** Rows with part 0 are used; null = all. */
  readonly part: Uint8Array | null;
  readonly now: number;
  readonly pool: Pool;
  /** false = popularity and places only, which is all that newcomers need. */
  readonly itemModels: boolean;
}

export interface PreparedSignals {
  readonly signals: Signals;
  readonly history: History;
}

/** All that is learnt from purchases before the blend. */
export async function prepareSignals(input: SignalsInput): Promise<PreparedSignals> {
  const { interactions, itemFacts, part, now, pool } = input;
  const history = await buildHistoryInTurns(interactions, part);
  const realTimes = interactions.timeKind === 'seconds';
  // The calling thread learns what is quick while the others learn the item models.
  const [itemModels, sales] = await Promise.all([
    input.itemModels
      ? trainItemModels(history, settingsFor(history), pool)
      : withoutItemModels(interactions.itemCount),
    learnSales(input, history),
  ]);
  // The Gram matrix and the pairs' holders.
  letGo();
  const { popularity, places, repeats } = sales;
  if (itemFacts !== undefined) {
    const lookalikes = await findLookalikes(itemFacts, buyersOf(history), pool);
    await borrowSources(itemModels.ridge, lookalikes, pool);
    await borrowSources(itemModels.walk, lookalikes, pool);
    borrowPopularity(popularity, interactions.itemCount, lookalikes);
  }
  const signals: Signals = {
    history,
    realTimes,
    now,
    links: await joinModels(itemModels, pool),
    popularity,
    popular: mostPopular(popularity, interactions.itemCount),
    repeats,
    unsold: itemFacts === undefined ? null : unsoldItems(history),
    places,
  };
  return { signals, history };
}

/** What counting alone teaches. Between two counts others have their turn: the first of them are the item models. */
async function learnSales(input: SignalsInput, history: History) {
  const { interactions, itemFacts, userFacts, part, now } = input;
  const realTimes = interactions.timeKind === 'seconds';
  const popularity = await timedAsync('popularity', () =>
    inTurns(popularityChannels(interactions, part, now)),
  );
  const repeats = await timedAsync('repeats', () =>
    inTurns(learnRepeats(history, realTimes, itemFacts?.categories)),
  );
  const places: PlaceSales[] = [];
  for (const attribute of (userFacts?.attributes ?? []).slice(0, MOST_PLACES)) {
    places.push(
      await timedAsync('places', () => inTurns(placeSales({ interactions, part, now, attribute }))),
    );
  }
  return { popularity, places, repeats };
}

/** 1 for items without an order, null when all have one. */
function unsoldItems(history: History): Uint8Array | null {
  const unsold = sharedUint8(history.itemCount).fill(1);
  for (let entry = 0; entry < history.item.length; entry += 1) unsold[history.item[entry] as number] = 0;
  return unsold.includes(1) ? unsold : null;
}

function withoutItemModels(itemCount: number): ItemModels {
  return { ridge: createColumns(itemCount, 0), walk: createColumns(itemCount, 0) };
}

/** The best of every channel, without doubles. */
function mostPopular(popularity: Float32Array, itemCount: number): Int32Array {
  const chosen = new Set<number>();
  for (let channel = 0; channel < HALF_LIVES_DAYS.length; channel += 1) {
    const order = popularOrder(popularity, channel, itemCount);
    for (let at = 0; at < Math.min(POPULAR_PER_CHANNEL, itemCount); at += 1) chosen.add(order[at] as number);
  }
  const popular = sharedInt32(chosen.size);
  popular.set([...chosen]);
  return popular;
}
