import { createListMaker, orderByPlace } from './lists.ts';
import type { Model, RankedList } from './model.ts';
import { createPool, type Pool } from './parallel/pool.ts';
import { rankSegments, segmentHolders } from './rank-segments.ts';
import { sharedFloat32, sharedInt32, sharedUint8 } from './shared-arrays.ts';

/** A run of lists. Row r answers the request's entry `from + r`. */
export interface ListBatch {
  readonly from: number;
  readonly rows: number;
  readonly width: number;
  /** rows × width: item indexes (segments: user indexes), best first; -1 = no more. */
  readonly ids: Int32Array;
  /** rows × width. Recommender: chance of purchase in the next four weeks. */
  readonly scores: Float32Array;
  /** rows: 1 = the entry's own list, 0 = popular items instead (segments: an empty list). */
  readonly known: Uint8Array;
}

/** The batch's buffers stay valid until the returned promise resolves. */
export type OnBatch = (batch: ListBatch) => void | Promise<void>;

export interface ListRequest {
  /** Indexes of users (or of items); -1 = unknown. */
  readonly of: Int32Array | readonly number[];
  readonly k: number;
  readonly onBatch: OnBatch;
  /** By item, 0 = never recommend. */
  readonly itemMask?: Uint8Array;
  /** Recommender only. */
  readonly excludePurchased?: boolean;
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

class WrongRecipeError extends Error {
  readonly code = 'WRONG_RECIPE';
  readonly remedy = 'Ask a model trained for this recipe.';

  constructor(asked: string, recipe: string) {
    super(`A model of recipe ${recipe} cannot answer ${asked}`);
    this.name = 'WrongRecipeError';
  }
}

/** Rows × width of one batch: about 13 MB of buffers. */
const BATCH_CELLS = 1_600_000;

/** Users' lists, streamed in order; never all of them in memory. */
export async function recommendForUsers(model: Model, request: ListRequest): Promise<void> {
  if (model.recipe !== 'recommender') throw new WrongRecipeError('recommendForUsers', model.recipe);
  const { scorer } = model;
  await inBatches(request, (pool, users, batch) => {
    const input = {
      scorer,
      users,
      order: orderByPlace(scorer.signals, users),
      k: request.k,
      mask: request.itemMask ?? null,
      excludePurchased: request.excludePurchased ?? false,
      ...buffersOf(batch),
    };
    return pool.run('lists', input, { count: users.length, chunk: 32 });
  });
}

/** Users most likely to buy each item. */
export async function segmentsForItems(model: Model, request: ListRequest): Promise<void> {
  if (model.recipe !== 'item-affinity') throw new WrongRecipeError('segmentsForItems', model.recipe);
  const holders = segmentHolders(model.history);
  await inBatches(request, (pool, items, batch) =>
    rankSegments(model, items, { holders, into: { k: request.k, ...buffersOf(batch) }, pool }),
  );
}

/** Items most like each item; popular items for one without neighbours. */
export async function similarForItems(model: Model, request: ListRequest): Promise<void> {
  if (model.recipe !== 'similar-items') throw new WrongRecipeError('similarForItems', model.recipe);
  const { similar } = model;
  const mask = request.itemMask;
  await inBatches({ ...request, threads: 0 }, async (_pool, items, batch) => {
    items.forEach((item, row) => {
      let place = row * request.k;
      const end = place + request.k;
      for (let at = 0; item >= 0 && at < similar.width && place < end; at += 1) {
        const other = similar.sources[item * similar.width + at] as number;
        if (other < 0) break;
        if (mask !== undefined && mask[other] === 0) continue;
        batch.ids[place] = other;
        batch.scores[place] = similar.weights[item * similar.width + at] as number;
        place += 1;
      }
      batch.known[row] = place > row * request.k ? 1 : 0;
      if (batch.known[row] === 1) return;
      const fill = popularItems(model, request.k, mask);
      batch.ids.set(fill.ids, place);
    });
  });
}

/** The most popular items, best first. */
export function popularItems(model: Model, k: number, itemMask?: Uint8Array): RankedList {
  if (model.recipe === 'item-affinity') throw new WrongRecipeError('popularItems', model.recipe);
  const ids: number[] = [];
  const scores: number[] = [];
  const { popular } = model;
  for (let place = 0; place < popular.ids.length && ids.length < k; place += 1) {
    const item = popular.ids[place] as number;
    if (itemMask !== undefined && itemMask[item] === 0) continue;
    ids.push(item);
    scores.push(popular.scores[place] as number);
  }
  return { ids: Int32Array.from(ids), scores: Float32Array.from(scores) };
}

/** One user's list, in the calling thread. */
export function recommendForUser(
  model: Model,
  request: {
    readonly user: number;
    readonly k: number;
    readonly itemMask?: Uint8Array;
    readonly excludePurchased?: boolean;
    /** Items that are ranked wherever the user's purchases lead. */
    readonly offered?: readonly number[];
  },
): RankedList {
  if (model.recipe !== 'recommender') throw new WrongRecipeError('recommendForUser', model.recipe);
  const maker = createListMaker(model.scorer, {
    k: request.k,
    mask: request.itemMask ?? null,
    excludePurchased: request.excludePurchased ?? false,
    offered: request.offered ?? [],
  });
  const list = maker.list(request.user);
  return { ids: list.ids.slice(0, list.size), scores: Float32Array.from(list.scores.subarray(0, list.size)) };
}

/** The given items in the user's order. */
export function rankForUser(
  model: Model,
  request: { readonly user: number; readonly items: readonly number[] },
): RankedList {
  if (model.recipe !== 'recommender') throw new WrongRecipeError('rankForUser', model.recipe);
  const { itemCount } = model.scorer.signals.history;
  const asked = new Set(request.items);
  const all = recommendForUser(model, { user: request.user, k: itemCount, offered: [...asked] });
  const places = Array.from(all.ids.keys()).filter((place) => asked.has(all.ids[place] as number));
  const ids = Int32Array.from(places, (place) => all.ids[place] as number);
  return { ids, scores: Float32Array.from(places, (place) => all.scores[place] as number) };
}

function buffersOf(batch: ListBatch): Pick<ListBatch, 'ids' | 'scores' | 'known'> {
  return { ids: batch.ids, scores: batch.scores, known: batch.known };
}

/** The next batch is computed while the last one is being handed over. */
async function inBatches(
  request: ListRequest,
  compute: (pool: Pool, of: Int32Array, batch: ListBatch) => Promise<void>,
): Promise<void> {
  const pool = createPool({ threads: request.threads, signal: request.signal });
  const { of, k } = request;
  const rows = Math.max(1, Math.min(of.length, Math.floor(BATCH_CELLS / Math.max(1, k))));
  const buffers = [0, 1].map(() => ({
    ids: sharedInt32(rows * k),
    scores: sharedFloat32(rows * k),
    known: sharedUint8(rows),
  }));
  let handedOver: Promise<void> = Promise.resolve();
  try {
    for (let from = 0, turn = 0; from < of.length; from += rows, turn = 1 - turn) {
      const buffer = buffers[turn];
      if (buffer === undefined) break;
      const entries = Int32Array.from(of.slice(from, from + rows));
      const batch: ListBatch = { from, rows: entries.length, width: k, ...buffer };
      batch.ids.fill(-1);
      batch.scores.fill(0);
      await compute(pool, entries, batch);
      await handedOver;
      handedOver = Promise.resolve(request.onBatch(batch));
      // Awaited after the next batch is computed: until then a failure must not count as unhandled.
      handedOver.catch(() => undefined);
    }
    await handedOver;
  } finally {
    await pool.close();
  }
}
