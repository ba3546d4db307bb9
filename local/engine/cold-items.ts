import type { Columns } from './columns.ts';
import { contentWords } from './content-words.ts';
import type { ItemFacts } from './facts.ts';
import type { Holders } from './history.ts';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';

/** Items with fewer buyers than this borrow from items that look alike. */
const FEWEST_BUYERS = 3;
const LOOKALIKES = 20;
/** What a borrowed weight is worth against one earned by purchases: new items are seen, but never lead. */
const BORROWED_SHARE = 0.3;

/** Cold items and the warm items most like them by content, best first; similarity in 0 … 1. */
export interface Lookalikes {
  readonly cold: Int32Array;
  /** [position · LOOKALIKES + place]; -1 = no more. */
  readonly warm: Int32Array;
  readonly similarity: Float32Array;
}

/**
 * Cosine over words weighted by their rarity (TF-IDF without TF), through an inverted index of the warm items.
 * Cost: Σ over cold items of the warm items sharing a word.
 */
export function findLookalikes(facts: ItemFacts, holders: Holders): Lookalikes {
  const itemCount = holders.start.length - 1;
  const buyers = (item: number) => (holders.start[item + 1] as number) - (holders.start[item] as number);
  const all = Array.from({ length: itemCount }, (_, item) => item);
  const cold = Int32Array.from(all.filter((item) => buyers(item) < FEWEST_BUYERS));
  const found: Lookalikes = {
    cold,
    warm: new Int32Array(cold.length * LOOKALIKES).fill(-1),
    similarity: new Float32Array(cold.length * LOOKALIKES),
  };
  if (cold.length === 0) return found;
  const index = indexWords(
    facts,
    all.filter((item) => buyers(item) >= FEWEST_BUYERS),
  );
  const top = createTopK(LOOKALIKES);
  cold.forEach((item, position) => {
    const sums = new Map<number, number>();
    let norm = 0;
    for (const word of contentWords(facts, item)) {
      const entry = index.words.get(word);
      if (entry === undefined) continue;
      norm += entry.rarity ** 2;
      for (const other of entry.items) sums.set(other, (sums.get(other) ?? 0) + entry.rarity ** 2);
    }
    top.size = 0;
    for (const [other, sum] of sums)
      pushTopK(top, other, sum / Math.sqrt(norm * (index.norm.get(other) ?? 1)));
    sortTopK(top);
    for (let place = 0; place < top.size; place += 1) {
      found.warm[position * LOOKALIKES + place] = top.ids[place] as number;
      found.similarity[position * LOOKALIKES + place] = top.scores[place] as number;
    }
  });
  return found;
}

interface WordIndex {
  readonly words: Map<string, { readonly items: number[]; rarity: number }>;
  /** Σ rarity² over an item's words. */
  readonly norm: Map<number, number>;
}

function indexWords(facts: ItemFacts, warm: readonly number[]): WordIndex {
  const words: WordIndex['words'] = new Map();
  for (const item of warm) {
    for (const word of contentWords(facts, item)) {
      const entry = words.get(word) ?? { items: [], rarity: 0 };
      entry.items.push(item);
      words.set(word, entry);
    }
  }
  const norm = new Map<number, number>();
  for (const entry of words.values()) {
    entry.rarity = Math.log((warm.length + 1) / entry.items.length);
    for (const item of entry.items) norm.set(item, (norm.get(item) ?? 0) + entry.rarity ** 2);
  }
  return { words, norm };
}

/**
 * Gives cold targets sources: the items they look like, and the best sources of those, each at a share of what
 * it would be worth. A cold item's own few co-purchases stay in front.
 */
export function borrowSources(columns: Columns, lookalikes: Lookalikes): void {
  const { width, sources, weights } = columns;
  const top = createTopK(width);
  lookalikes.cold.forEach((item, position) => {
    const sums = new Map<number, number>();
    const add = (source: number, weight: number) => {
      if (source !== item) sums.set(source, (sums.get(source) ?? 0) + weight);
    };
    for (let place = 0; place < LOOKALIKES; place += 1) {
      const warm = lookalikes.warm[position * LOOKALIKES + place] as number;
      if (warm < 0) break;
      const share =
        (BORROWED_SHARE * (lookalikes.similarity[position * LOOKALIKES + place] as number)) / (place + 1);
      add(warm, share * Math.max(0, weights[warm * width] as number));
      for (let at = warm * width; at < warm * width + Math.min(width, LOOKALIKES); at += 1) {
        const source = sources[at] as number;
        if (source >= 0) add(source, share * Math.max(0, weights[at] as number));
      }
    }
    for (let at = item * width; at < (item + 1) * width; at += 1) {
      const source = sources[at] as number;
      if (source >= 0) sums.set(source, Math.max(sums.get(source) ?? 0, weights[at] as number));
    }
    top.size = 0;
    for (const [source, weight] of sums) pushTopK(top, source, weight);
    sortTopK(top);
    for (let place = 0; place < top.size; place += 1) {
      sources[item * width + place] = top.ids[place] as number;
      weights[item * width + place] = top.scores[place] as number;
    }
  });
}

/** Raises every popularity channel of a cold item to a share of its lookalikes' mean. */
export function borrowPopularity(popularity: Float32Array, itemCount: number, lookalikes: Lookalikes): void {
  for (let base = 0; base < popularity.length; base += itemCount) {
    lookalikes.cold.forEach((item, position) => {
      let sum = 0;
      let total = 0;
      for (let place = 0; place < LOOKALIKES; place += 1) {
        const warm = lookalikes.warm[position * LOOKALIKES + place] as number;
        if (warm < 0) break;
        const similarity = lookalikes.similarity[position * LOOKALIKES + place] as number;
        sum += similarity * (popularity[base + warm] as number);
        total += similarity;
      }
      const borrowed = total === 0 ? 0 : (BORROWED_SHARE * sum) / total;
      popularity[base + item] = Math.max(popularity[base + item] as number, borrowed);
    });
  }
}
