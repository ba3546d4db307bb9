import { contentWords } from './content-words.ts';
import { clearAccumulator, createAccumulator } from './cooccurrence.ts';
import type { ItemFacts } from './facts.ts';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';

/** Items with fewer buyers than this borrow from items that look alike. */
const FEWEST_BUYERS = 3;
export const LOOKALIKES = 20;
/** Warm items looked at for one cold item: the rarest words first, those that many items share not at all. */
const MOST_COMPARED = 10_000;

/** Cold items and the warm items most like them by content, best first; similarity in 0 … 1. */
export interface Lookalikes {
  readonly cold: Int32Array;
  /** [position · LOOKALIKES + place]; -1 = no more. */
  readonly warm: Int32Array;
  readonly similarity: Float32Array;
}

/**
 * `buyers`: how many users bought each item. Cosine over words weighted by their rarity (TF-IDF without TF), through an inverted index of the warm items.
 * Cost: cold items × MOST_COMPARED at most.
 */
export function findLookalikes(facts: ItemFacts, buyers: Int32Array): Lookalikes {
  const itemCount = buyers.length;
  const all = Int32Array.from({ length: itemCount }, (_, item) => item);
  const isCold = (item: number) => (buyers[item] as number) < FEWEST_BUYERS;
  const cold = all.filter(isCold);
  const found: Lookalikes = {
    cold,
    warm: new Int32Array(cold.length * LOOKALIKES).fill(-1),
    similarity: new Float32Array(cold.length * LOOKALIKES),
  };
  if (cold.length === 0) return found;
  const index = indexWords(
    facts,
    all.filter((item) => !isCold(item)),
    itemCount,
  );
  const compared = createAccumulator(itemCount);
  const top = createTopK(LOOKALIKES);
  for (let position = 0; position < cold.length; position += 1) {
    const norm = compare(facts, cold[position] as number, { index, into: compared });
    top.size = 0;
    for (let at = 0; at < compared.size; at += 1) {
      const other = compared.touched[at] as number;
      pushTopK(
        top,
        other,
        (compared.sums[other] as number) / Math.sqrt(norm * (index.norm[other] as number)),
      );
    }
    clearAccumulator(compared);
    sortTopK(top);
    found.warm.set(top.ids.subarray(0, top.size), position * LOOKALIKES);
    found.similarity.set(top.scores.subarray(0, top.size), position * LOOKALIKES);
  }
  return found;
}

interface WordIndex {
  readonly numberOf: ReadonlyMap<string, number>;
  /** By word: its warm items are item[start[word]] … item[start[word + 1] - 1]. */
  readonly start: Int32Array;
  readonly item: Int32Array;
  /** By word: rarity squared. */
  readonly weight: Float64Array;
  /** By item: the sum of its words' weights. */
  readonly norm: Float64Array;
}

function indexWords(facts: ItemFacts, warm: Int32Array, itemCount: number): WordIndex {
  const numberOf = new Map<string, number>();
  const words: number[] = [];
  const ends = new Int32Array(warm.length);
  for (let at = 0; at < warm.length; at += 1) {
    for (const word of contentWords(facts, warm[at] as number)) {
      const number = numberOf.get(word) ?? numberOf.size;
      numberOf.set(word, number);
      words.push(number);
    }
    ends[at] = words.length;
  }
  const start = new Int32Array(numberOf.size + 1);
  for (const word of words) start[word + 1] = (start[word + 1] as number) + 1;
  const weight = Float64Array.from(
    { length: numberOf.size },
    (_, word) => Math.log((warm.length + 1) / (start[word + 1] as number)) ** 2,
  );
  for (let word = 0; word < weight.length; word += 1)
    start[word + 1] = (start[word + 1] as number) + (start[word] as number);
  const next = start.slice(0, weight.length);
  const item = new Int32Array(words.length);
  const norm = new Float64Array(itemCount);
  for (let at = 0, place = 0; at < warm.length; at += 1) {
    const which = warm[at] as number;
    for (; place < (ends[at] as number); place += 1) {
      const word = words[place] as number;
      item[next[word] as number] = which;
      next[word] = (next[word] as number) + 1;
      norm[which] = (norm[which] as number) + (weight[word] as number);
    }
  }
  return { numberOf, start, item, weight, norm };
}

/** Adds up the weights of shared words by warm item; the weight of all the item's known words. */
function compare(
  facts: ItemFacts,
  which: number,
  { index, into }: { readonly index: WordIndex; readonly into: ReturnType<typeof createAccumulator> },
): number {
  const { start, item, weight, numberOf } = index;
  const words = contentWords(facts, which).flatMap((word) => numberOf.get(word) ?? []);
  words.sort((left, right) => (weight[right] as number) - (weight[left] as number));
  let norm = 0;
  let compared = 0;
  for (const word of words) {
    norm += weight[word] as number;
    const from = start[word] as number;
    const to = start[word + 1] as number;
    compared += to - from;
    if (compared > MOST_COMPARED) continue;
    for (let at = from; at < to; at += 1) {
      const other = item[at] as number;
      if (into.sums[other] === 0) {
        into.touched[into.size] = other;
        into.size += 1;
      }
      into.sums[other] = (into.sums[other] as number) + (weight[word] as number);
    }
  }
  return norm;
}
