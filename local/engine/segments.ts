import type { Columns } from './columns.ts';
import type { Holders } from './holders.ts';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';

/**
 * The users most likely to buy an item:
 *   score(u, i) = size(u)^-e · (Σ over sources j of i that u holds of weight(j → i) + own(i) if u holds i)
 * The size correction keeps heavy buyers, who hold something of everything, from leading every segment.
 */
export interface SegmentsInput {
  /** All holders, ascending within an item. */
  readonly holders: Holders;
  readonly sources: Columns;
  /** By item: what holding the item itself is worth. */
  readonly ownWeight: Float32Array;
  readonly userScale: Float32Array;
  /** Row r answers items[r]; -1 = unknown. */
  readonly items: Int32Array;
  readonly k: number;
  /** Users whose sums lie in the cache at a time. */
  readonly block: number;
  /** rows × k; ids -1 = no more. */
  readonly ids: Int32Array;
  readonly scores: Float32Array;
  readonly known: Uint8Array;
}

/** Prepares a range kernel over rows. Cost: the holders of an item's sources, who come in rising order. */
export function prepareSegments(input: SegmentsInput): (from: number, to: number) => void {
  const { holders, userScale, k, ids, scores, known } = input;
  const userCount = userScale.length;
  const block = Math.min(userCount, input.block);
  const sums = new Float32Array(block);
  const unseen = new Uint8Array(block).fill(1);
  const reached = new Int32Array(block + 1);
  const worth = createWorth(input.sources.width + 1);
  const top = createTopK(k);
  /** Leaves the users of a block who hold any of the sources in `reached`, with their sums; how many. */
  const follow = (first: number): number => {
    const end = first + block;
    let size = 0;
    for (let at = 0; at < worth.size; at += 1) {
      const weight = worth.weight[at] as number;
      const last = worth.end[at] as number;
      let place = worth.next[at] as number;
      for (; place < last; place += 1) {
        const user = holders.user[place] as number;
        if (user >= end) break;
        // Written first and counted after: whether a user is new cannot be guessed.
        reached[size] = user;
        size += unseen[user - first] as number;
        unseen[user - first] = 0;
        sums[user - first] = (sums[user - first] as number) + weight;
      }
      worth.next[at] = place;
    }
    return size;
  };
  return (from, to) => {
    for (let row = from; row < to; row += 1) {
      listWorth(worth, input, input.items[row] as number);
      top.size = 0;
      for (let first = 0; first < userCount && worth.size > 0; first += block) {
        const size = follow(first);
        for (let at = 0; at < size; at += 1) {
          const user = reached[at] as number;
          pushTopK(top, user, (sums[user - first] as number) * (userScale[user] as number));
          sums[user - first] = 0;
          unseen[user - first] = 1;
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

/** What holding an item is worth to the one asked for, and which of its holders come next. */
interface Worth {
  readonly weight: Float32Array;
  readonly next: Int32Array;
  readonly end: Int32Array;
  size: number;
}

function createWorth(most: number): Worth {
  return { weight: new Float32Array(most), next: new Int32Array(most), end: new Int32Array(most), size: 0 };
}

function listWorth(worth: Worth, { holders, sources, ownWeight }: SegmentsInput, item: number): void {
  worth.size = 0;
  if (item < 0) return;
  const add = (source: number, weight: number) => {
    if (!(weight > 0)) return;
    worth.weight[worth.size] = weight;
    worth.next[worth.size] = holders.start[source] as number;
    worth.end[worth.size] = holders.start[source + 1] as number;
    worth.size += 1;
  };
  add(item, ownWeight[item] as number);
  for (let at = item * sources.width; at < (item + 1) * sources.width; at += 1) {
    const source = sources.sources[at] as number;
    if (source < 0) break;
    add(source, sources.weights[at] as number);
  }
}
