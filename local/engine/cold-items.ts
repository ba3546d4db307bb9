import type { Columns } from './columns.ts';
import { LOOKALIKES, type Lookalikes } from './lookalikes.ts';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';

/** What a borrowed weight is worth against one earned by purchases: new items are seen, but never lead. */
const BORROWED_SHARE = 0.3;

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
