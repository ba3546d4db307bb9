import type { ItemFacts } from './facts.ts';

/** Half an octave: 20 and 28 lie in neighbouring bands. */
const BANDS_PER_DOUBLING = 2;
const SHORTEST_WORD = 3;

/**
 * What describes an item besides its purchases, as words: every level of its category path, its price band
 * (and the one beside it), and the words of its name.
 */
export function contentWords(facts: ItemFacts, item: number): string[] {
  const words: string[] = [];
  let path = 'category';
  for (const level of facts.categories?.[item] ?? []) {
    path += `/${level.toLowerCase()}`;
    words.push(path);
  }
  const price = facts.prices?.[item] ?? Number.NaN;
  if (price > 0) {
    const band = Math.log2(price) * BANDS_PER_DOUBLING;
    words.push(`price/${Math.floor(band)}`, `price/${Math.floor(band) + (band % 1 >= 0.5 ? 1 : -1)}`);
  }
  const name = facts.names?.[item] ?? '';
  for (const word of name.toLowerCase().split(/[^\p{L}\p{N}]+/u)) {
    if (word.length >= SHORTEST_WORD) words.push(`name/${word}`);
  }
  return [...new Set(words)];
}
