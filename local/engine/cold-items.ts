import { clearAccumulator, createAccumulator } from './accumulator.ts';
import type { Columns } from './columns.ts';
import { LOOKALIKES, type Lookalikes } from './lookalikes.ts';
import type { Pool } from './parallel/pool.ts';
import { createTopK, pushTopK, sortTopK } from './top-k.ts';

/** What a borrowed weight is worth against one earned by purchases: new items are seen, but never lead. */
const BORROWED_SHARE = 0.3;

export interface BorrowInput {
  readonly columns: Columns;
  readonly lookalikes: Lookalikes;
}

/** See `prepareBorrow`. */
export async function borrowSources(columns: Columns, lookalikes: Lookalikes, pool: Pool): Promise<void> {
  if (columns.width === 0) return;
  await pool.run('borrow', { columns, lookalikes }, { count: lookalikes.cold.length, chunk: 64 });
}

/**
 * Prepares a range kernel over positions of `lookalikes.cold`: gives cold targets sources, the items they look like
 * and the best sources of those, each at a share of what it would be worth. A cold item's own few co-purchases stay
 * in front. Only rows of cold items are written and, but for an item's own, only rows of warm ones read.
 */
export function prepareBorrow({ columns, lookalikes }: BorrowInput): (from: number, to: number) => void {
  const { itemCount, width, sources, weights } = columns;
  const { cold, warm, similarity } = lookalikes;
  const borrowed = createAccumulator(itemCount);
  const top = createTopK(width);
  const add = (source: number, weight: number) => {
    const before = borrowed.sums[source] as number;
    if (before === 0) {
      borrowed.touched[borrowed.size] = source;
      borrowed.size += weight > 0 ? 1 : 0;
    }
    borrowed.sums[source] = before + weight;
  };
  const follow = (position: number, item: number) => {
    for (let place = 0; place < LOOKALIKES; place += 1) {
      const like = warm[position * LOOKALIKES + place] as number;
      if (like < 0) break;
      const share = (BORROWED_SHARE * (similarity[position * LOOKALIKES + place] as number)) / (place + 1);
      add(like, share * Math.max(0, weights[like * width] as number));
      for (let at = like * width; at < like * width + Math.min(width, LOOKALIKES); at += 1) {
        const source = sources[at] as number;
        if (source >= 0 && source !== item) add(source, share * Math.max(0, weights[at] as number));
      }
    }
    for (let at = item * width; at < (item + 1) * width; at += 1) {
      const source = sources[at] as number;
      if (source >= 0) add(source, Math.max(0, (weights[at] as number) - (borrowed.sums[source] as number)));
    }
  };
  const write = (item: number) => {
    sortTopK(top);
    sources.set(top.ids.subarray(0, top.size), item * width);
    weights.set(top.scores.subarray(0, top.size), item * width);
    sources.fill(-1, item * width + top.size, (item + 1) * width);
    weights.fill(0, item * width + top.size, (item + 1) * width);
  };
  return (from, to) => {
    for (let position = from; position < to; position += 1) {
      const item = cold[position] as number;
      follow(position, item);
      top.size = 0;
      for (let at = 0; at < borrowed.size; at += 1) {
        const source = borrowed.touched[at] as number;
        pushTopK(top, source, borrowed.sums[source] as number);
      }
      clearAccumulator(borrowed);
      write(item);
    }
  };
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
