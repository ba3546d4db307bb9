import { clearAccumulator, createAccumulator } from './accumulator.ts';
import type { ItemFacts } from './facts.ts';
import type { Pool } from './parallel/pool.ts';
import { timed } from './phases.ts';
import { sharedFloat32, sharedInt32 } from './shared-arrays.ts';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';
import { indexWords, type WordIndex, type WordLists } from './word-index.ts';

/** Items with fewer buyers than this borrow from items that look alike. */
const FEWEST_BUYERS = 3;
export const LOOKALIKES = 20;
/** Warm items looked at for one cold item: the rarest words first, those that many items share not at all. */
const MOST_COMPARED = 2_000;

/** Cold items and the warm items most like them by content, best first; similarity in 0 … 1. */
export interface Lookalikes {
  readonly cold: Int32Array;
  /** [position · LOOKALIKES + place]; -1 = no more. */
  readonly warm: Int32Array;
  readonly similarity: Float32Array;
}

/** `buyers`: how many users bought each item. */
export async function findLookalikes(facts: ItemFacts, buyers: Int32Array, pool: Pool): Promise<Lookalikes> {
  const itemCount = buyers.length;
  const all = Int32Array.from({ length: itemCount }, (_, item) => item);
  const isCold = (item: number) => (buyers[item] as number) < FEWEST_BUYERS;
  const few = all.filter(isCold);
  const cold = sharedInt32(few.length);
  cold.set(few);
  const found: Lookalikes = {
    cold,
    warm: sharedInt32(cold.length * LOOKALIKES).fill(-1),
    similarity: sharedFloat32(cold.length * LOOKALIKES),
  };
  if (cold.length === 0) return found;
  const warm = all.filter((item) => !isCold(item));
  const words = timed('words', () => indexWords(facts, { warm, cold, itemCount }));
  await pool.run('lookalikes', { ...words, found }, { count: cold.length, chunk: 32 });
  return found;
}

export interface LookalikesInput {
  readonly index: WordIndex;
  /** Of the cold items. */
  readonly lists: WordLists;
  readonly found: Lookalikes;
}

/**
 * Prepares a range kernel over positions of `found.cold`: cosine over words weighted by their rarity, through an
 * inverted index of the warm items. Cost: MOST_COMPARED additions an item at most.
 */
export function prepareLookalikes({
  index,
  lists,
  found,
}: LookalikesInput): (from: number, to: number) => void {
  const compared = createAccumulator(index.inverseNorm.length);
  const top = createTopK(LOOKALIKES);
  return (from, to) => {
    for (let position = from; position < to; position += 1) {
      const norm = compare(index, lists, { position, into: compared });
      top.size = 0;
      for (let at = 0; at < compared.size; at += 1) {
        const other = compared.touched[at] as number;
        pushTopK(top, other, (compared.sums[other] as number) * (index.inverseNorm[other] as number));
      }
      clearAccumulator(compared);
      sortTopK(top);
      for (let place = 0; place < top.size; place += 1) {
        found.warm[position * LOOKALIKES + place] = top.ids[place] as number;
        found.similarity[position * LOOKALIKES + place] = (top.scores[place] as number) / Math.sqrt(norm);
      }
    }
  };
}

/** Adds up the weights of shared words by warm item; the weight of all the item's known words. */
function compare(
  { start, item, weight }: WordIndex,
  lists: WordLists,
  { position, into }: { readonly position: number; readonly into: ReturnType<typeof createAccumulator> },
): number {
  let norm = 0;
  let compared = 0;
  for (let at = lists.start[position] as number; at < (lists.start[position + 1] as number); at += 1) {
    const word = lists.word[at] as number;
    const from = start[word] as number;
    const to = start[word + 1] as number;
    norm += weight[word] as number;
    compared += to - from;
    if (compared > MOST_COMPARED) continue;
    for (let place = from; place < to; place += 1) {
      const other = item[place] as number;
      if (into.sums[other] === 0) {
        into.touched[into.size] = other;
        into.size += 1;
      }
      into.sums[other] = (into.sums[other] as number) + (weight[word] as number);
    }
  }
  return norm;
}
