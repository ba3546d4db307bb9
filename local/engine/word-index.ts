import { contentWords } from './content-words.ts';
import type { ItemFacts } from './facts.ts';
import { sharedFloat64, sharedInt32 } from './shared-arrays.ts';

/** Which warm items have a word, by word; a word's weight is its rarity squared (TF-IDF without TF). */
export interface WordIndex {
  /** By word: its warm items are item[start[word]] … item[start[word + 1] - 1]. */
  readonly start: Int32Array;
  readonly item: Int32Array;
  readonly weight: Float64Array;
  /** By item: 1 / √(the sum of its words' weights); 0 for items that are not in the index. */
  readonly inverseNorm: Float64Array;
}

/** The known words of the items that are looked up, rarest first: entry p has word[start[p]] … word[start[p + 1] - 1]. */
export interface WordLists {
  readonly start: Int32Array;
  readonly word: Int32Array;
}

/** O(words). */
export function indexWords(
  facts: ItemFacts,
  of: { readonly warm: Int32Array; readonly cold: Int32Array; readonly itemCount: number },
): { readonly index: WordIndex; readonly lists: WordLists } {
  const { warm, cold, itemCount } = of;
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
  const index = groupByWord({ warm, words, ends, count: numberOf.size, itemCount });
  return { index, lists: listWords(facts, cold, { numberOf, weight: index.weight }) };
}

function groupByWord(of: {
  readonly warm: Int32Array;
  readonly words: readonly number[];
  readonly ends: Int32Array;
  readonly count: number;
  readonly itemCount: number;
}): WordIndex {
  const { warm, words, ends, count, itemCount } = of;
  const start = sharedInt32(count + 1);
  const weight = sharedFloat64(count);
  for (const word of words) start[word + 1] = (start[word + 1] as number) + 1;
  for (let word = 0; word < count; word += 1) {
    weight[word] = Math.log((warm.length + 1) / (start[word + 1] as number)) ** 2;
    start[word + 1] = (start[word + 1] as number) + (start[word] as number);
  }
  const next = start.slice(0, count);
  const item = sharedInt32(words.length);
  const inverseNorm = sharedFloat64(itemCount);
  for (let at = 0, place = 0; at < warm.length; at += 1) {
    const which = warm[at] as number;
    let norm = 0;
    for (; place < (ends[at] as number); place += 1) {
      const word = words[place] as number;
      item[next[word] as number] = which;
      next[word] = (next[word] as number) + 1;
      norm += weight[word] as number;
    }
    inverseNorm[which] = norm > 0 ? 1 / Math.sqrt(norm) : 0;
  }
  return { start, item, weight, inverseNorm };
}

function listWords(
  facts: ItemFacts,
  items: Int32Array,
  { numberOf, weight }: { readonly numberOf: ReadonlyMap<string, number>; readonly weight: Float64Array },
): WordLists {
  const start = sharedInt32(items.length + 1);
  const all: number[] = [];
  for (let position = 0; position < items.length; position += 1) {
    const words = contentWords(facts, items[position] as number).flatMap((word) => numberOf.get(word) ?? []);
    words.sort((left, right) => (weight[right] as number) - (weight[left] as number));
    all.push(...words);
    start[position + 1] = all.length;
  }
  const word = sharedInt32(all.length);
  word.set(all);
  return { start, word };
}
