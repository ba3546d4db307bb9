import { createTopK, pushTopK, sortTopK } from './top-k.ts';

/** Candidates by place; those before `from` do not take part. */
export interface Candidates {
  readonly items: Int32Array;
  readonly scores: Float64Array;
  readonly from: number;
  readonly size: number;
  /** By item, 1 = does not take part; null: all do. */
  readonly skip: Uint8Array | null;
  /** No score is above it. */
  readonly highest: number;
  /** Bins in a unit of score, from `highest` down; what lies below the last bin is in it. */
  readonly perUnit: number;
}

/** Best first: equal scores by rising id. The next selection overwrites it. */
export interface Best {
  readonly ids: Int32Array;
  readonly scores: Float64Array;
  size: number;
}

export const BINS = 512;
const LAST = BINS - 1;
/** More than this many times k in the bins that are taken: too many equal scores to be sorted by insertion. */
const MOST_TAKEN = 3;

/**
 * The k best of many candidates: counting scores by bin tells which bins hold them and where in the list each
 * begins; a second pass puts candidates there, and insertion mends the order within a bin. Two passes that take the
 * processor by surprise only at what is kept, where a heap asks k·ln(n / k) times and sorts after. Where many scores
 * are equal a heap does it. O(candidates + k).
 */
export function createBestSelector(k: number): (candidates: Candidates) => Best {
  const heap = createTopK(k);
  const best: Best = {
    ids: new Int32Array(MOST_TAKEN * k),
    scores: new Float64Array(MOST_TAKEN * k),
    size: 0,
  };
  const counts = new Int32Array(BINS);
  return (candidates) => {
    best.size = 0;
    if (k === 0) return best;
    counts.fill(0);
    countBins(candidates, counts);
    const { taken, limit } = beginBins(counts, k);
    if (taken > MOST_TAKEN * k) return selectByHeap(candidates, heap);
    placeByBin(candidates, best, { counts, limit });
    sortByInsertion(best, taken);
    best.size = Math.min(k, taken);
    return best;
  };
}

function countBins(
  { items, scores, from, size, skip, highest, perUnit }: Candidates,
  counts: Int32Array,
): void {
  for (let at = from; at < size; at += 1) {
    if (skip !== null && skip[items[at] as number] === 1) continue;
    const down = (highest - (scores[at] as number)) * perUnit;
    const bin = down < LAST ? down | 0 : LAST;
    counts[bin] = (counts[bin] as number) + 1;
  }
}

/** Turns counts into the place where each bin begins, for as many bins as k candidates take; `limit` bins. */
function beginBins(counts: Int32Array, k: number): { readonly taken: number; readonly limit: number } {
  let taken = 0;
  let bin = 0;
  for (; bin < BINS && taken < k; bin += 1) {
    const count = counts[bin] as number;
    counts[bin] = taken;
    taken += count;
  }
  return { taken, limit: bin };
}

function placeByBin(
  { items, scores, from, size, skip, highest, perUnit }: Candidates,
  best: Best,
  { counts, limit }: { readonly counts: Int32Array; readonly limit: number },
): void {
  const end = limit === BINS ? Number.POSITIVE_INFINITY : limit;
  for (let at = from; at < size; at += 1) {
    const score = scores[at] as number;
    const down = (highest - score) * perUnit;
    if (!(down < end)) continue;
    const item = items[at] as number;
    if (skip !== null && skip[item] === 1) continue;
    const bin = down < LAST ? down | 0 : LAST;
    const place = counts[bin] as number;
    counts[bin] = place + 1;
    best.ids[place] = item;
    best.scores[place] = score;
  }
}

function sortByInsertion(best: Best, size: number): void {
  for (let at = 1; at < size; at += 1) settle(best, at, best.ids[at] as number, best.scores[at] as number);
}

/** Puts (id, score) where it belongs among the sorted ones before `from`; the one at `from` is overwritten. */
function settle({ ids, scores }: Best, from: number, id: number, score: number): void {
  let place = from;
  for (; place > 0; place -= 1) {
    const before = scores[place - 1] as number;
    if (before > score || (before === score && (ids[place - 1] as number) < id)) break;
    scores[place] = before;
    ids[place] = ids[place - 1] as number;
  }
  ids[place] = id;
  scores[place] = score;
}

function selectByHeap({ items, scores, from, size, skip }: Candidates, heap: Best): Best {
  heap.size = 0;
  for (let at = from; at < size; at += 1) {
    const item = items[at] as number;
    if (skip === null || skip[item] !== 1) pushTopK(heap, item, scores[at] as number);
  }
  sortTopK(heap);
  return heap;
}

/** Puts one more into a list of at most k, which stays sorted; the worst falls out. O(k). */
export function insertIntoBest(best: Best, id: number, score: number, k: number): void {
  if (best.size === k) {
    const worst = best.scores[k - 1] as number;
    if (!(score > worst || (score === worst && id < (best.ids[k - 1] as number)))) return;
  } else best.size += 1;
  settle(best, best.size - 1, id, score);
}
