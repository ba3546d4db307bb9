import type { Columns, SourceRows } from './columns.ts';
import type { History } from './history.ts';
import { sharedFloat32, sharedInt32 } from './shared-arrays.ts';
import { createTopK, pushTopK, sortTopK, type TopK } from './top-k.ts';

/**
 * The users most likely to buy an item:
 *   score(u, i) = size(u)^-e · (Σ over sources j of i that u holds of weight(j → i) + own(i) if u holds i)
 * The size correction keeps heavy buyers, who hold something of everything, from leading every segment.
 *
 * User by user, since one number for each item stays in the nearest cache where one for each user would not:
 * what a user's items lead to is summed up and offered to the items' lists. Every thread keeps lists of its own
 * (a bank), which `prepareSegmentMerge` joins.
 */
export interface SegmentsInput {
  readonly history: History;
  /** What holding an item is worth to each item asked for: see `worthBySource`. */
  readonly worth: SourceRows;
  readonly userScale: Float32Array;
  readonly k: number;
  readonly banks: SegmentBanks;
}

/** Lists being made, [(bank · rows + row) · k + place]: heaps with the worst in front. */
export interface SegmentBanks {
  readonly rows: number;
  /** One number: banks taken by threads. */
  readonly claimed: Int32Array;
  /** [bank · rows + row] */
  readonly sizes: Int32Array;
  readonly ids: Int32Array;
  readonly scores: Float64Array;
}

/** The model by source, for the items asked for only: targets are positions in `items`. O(items × width). */
export function worthBySource(sources: Columns, ownWeight: Float32Array, items: Int32Array): SourceRows {
  const visit = (each: (source: number, position: number, weight: number) => void) => {
    for (let position = 0; position < items.length; position += 1) {
      const item = items[position] as number;
      if (item < 0) continue;
      each(item, position, ownWeight[item] as number);
      for (let at = item * sources.width; at < (item + 1) * sources.width; at += 1) {
        const source = sources.sources[at] as number;
        if (source < 0) break;
        const weight = sources.weights[at] as number;
        if (weight > 0) each(source, position, weight);
      }
    }
  };
  const start = sharedInt32(sources.itemCount + 1);
  visit((source) => {
    start[source + 1] = (start[source + 1] as number) + 1;
  });
  for (let item = 0; item < sources.itemCount; item += 1)
    start[item + 1] = (start[item + 1] as number) + (start[item] as number);
  const next = start.slice(0, sources.itemCount);
  const total = start[sources.itemCount] as number;
  const rows: SourceRows = { start, target: sharedInt32(total), weight: sharedFloat32(total) };
  visit((source, position, weight) => {
    const place = next[source] as number;
    next[source] = place + 1;
    rows.target[place] = position;
    rows.weight[place] = weight;
  });
  return rows;
}

/** Prepares a range kernel over users. Cost: Σ over a user's items of what they lead to. */
export function prepareSegments(input: SegmentsInput): (from: number, to: number) => void {
  const { history, worth, userScale, k, banks } = input;
  const { rows } = banks;
  const bank = Atomics.add(banks.claimed, 0, 1);
  const lists = listsOf(banks, bank, k);
  /** By row: a score below it does not enter the list. */
  const least = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  const sums = new Float32Array(rows);
  const unseen = new Uint8Array(rows).fill(1);
  const reached = new Int32Array(rows + 1);
  /** Leaves the rows that the user's items lead to in `reached`, with their sums; how many. */
  const follow = (user: number): number => {
    let size = 0;
    for (let entry = history.start[user] as number; entry < (history.start[user + 1] as number); entry += 1) {
      const source = history.item[entry] as number;
      const end = worth.start[source + 1] as number;
      for (let at = worth.start[source] as number; at < end; at += 1) {
        const row = worth.target[at] as number;
        // Written first and counted after: whether a row is new cannot be guessed.
        reached[size] = row;
        size += unseen[row] as number;
        unseen[row] = 0;
        sums[row] = (sums[row] as number) + (worth.weight[at] as number);
      }
    }
    return size;
  };
  return (from, to) => {
    for (let user = from; user < to; user += 1) {
      const scale = userScale[user] as number;
      const size = follow(user);
      for (let at = 0; at < size; at += 1) {
        const row = reached[at] as number;
        const score = (sums[row] as number) * scale;
        sums[row] = 0;
        unseen[row] = 1;
        if (score < (least[row] as number)) continue;
        const list = lists[row] as TopK;
        pushTopK(list, user, score);
        if (list.size === k) least[row] = list.scores[0] as number;
        banks.sizes[bank * rows + row] = list.size;
      }
    }
  };
}

function listsOf({ rows, ids, scores }: SegmentBanks, bank: number, k: number): TopK[] {
  return Array.from({ length: rows }, (_, row) => {
    const from = (bank * rows + row) * k;
    return { ids: ids.subarray(from, from + k), scores: scores.subarray(from, from + k), size: 0 };
  });
}

export interface SegmentMergeInput {
  readonly k: number;
  readonly banks: SegmentBanks;
  /** rows × k; ids -1 = no more. */
  readonly ids: Int32Array;
  readonly scores: Float32Array;
  readonly known: Uint8Array;
}

/** Prepares a range kernel over rows: the best of all banks. */
export function prepareSegmentMerge(input: SegmentMergeInput): (from: number, to: number) => void {
  const { k, banks, ids, scores, known } = input;
  const all = Array.from({ length: banks.claimed[0] as number }, (_, bank) => bank);
  const top = createTopK(k);
  return (from, to) => {
    for (let row = from; row < to; row += 1) {
      top.size = 0;
      for (const bank of all) {
        const begin = (bank * banks.rows + row) * k;
        const end = begin + (banks.sizes[bank * banks.rows + row] as number);
        for (let at = begin; at < end; at += 1) {
          pushTopK(top, banks.ids[at] as number, banks.scores[at] as number);
        }
      }
      sortTopK(top);
      known[row] = top.size > 0 ? 1 : 0;
      ids.fill(-1, row * k, (row + 1) * k);
      ids.set(top.ids.subarray(0, top.size), row * k);
      scores.set(top.scores.subarray(0, top.size), row * k);
    }
  };
}
