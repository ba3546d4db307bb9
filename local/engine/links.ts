import { bySource, type SourceRows } from './columns.ts';
import type { ItemModels } from './item-models.ts';
import type { Pool } from './parallel/pool.ts';
import { sharedFloat32, sharedInt32 } from './shared-arrays.ts';

/**
 * Both item models by source, each target once: source j leads to target[start[j]] … target[start[j + 1] - 1], with
 * its weight in either model (0 where that model does not lead there). Four fifths of what one model leads to the
 * other leads to as well, so following them together is nearly half the work.
 */
export interface Links {
  readonly start: Int32Array;
  readonly target: Int32Array;
  readonly ridge: Float32Array;
  readonly walk: Float32Array;
}

export interface LinksInput {
  readonly models: ItemModels;
  /** Counted (source j's number of targets at j + 1) while `into` is null, read afterwards. */
  readonly start: Int32Array;
  readonly into: Omit<Links, 'start'> | null;
}

/** Cells of both models that one range of sources looks through for its own. */
const CELLS_A_RANGE = 2_000_000;

/** Counts, then fills: O(targets of both), and a look at all cells for each range. */
export async function joinModels(models: ItemModels, pool: Pool): Promise<Links> {
  const { ridge, walk } = models;
  const { itemCount } = ridge;
  const cells = ridge.sources.length + walk.sources.length;
  const ranges = Math.max(2 * pool.threads, Math.ceil(cells / CELLS_A_RANGE));
  const range = { count: itemCount, chunk: Math.max(1, Math.ceil(itemCount / ranges)) };
  const start = sharedInt32(itemCount + 1);
  await pool.run('links', { models, start, into: null }, range);
  for (let source = 0; source < itemCount; source += 1) {
    start[source + 1] = (start[source + 1] as number) + (start[source] as number);
  }
  const total = start[itemCount] as number;
  const into = { target: sharedInt32(total), ridge: sharedFloat32(total), walk: sharedFloat32(total) };
  await pool.run('links', { models, start, into }, range);
  return { start, ...into };
}

/** Prepares a range kernel over sources. */
export function prepareLinks({ models, start, into }: LinksInput): (from: number, to: number) => void {
  const placeOf = new Int32Array(models.ridge.itemCount).fill(-1);
  return (from, to) => {
    const ridge = bySource(models.ridge, { from, to });
    const walk = bySource(models.walk, { from, to });
    for (let source = from; source < to; source += 1) {
      const own = { ridge, walk, source, row: source - from, placeOf };
      if (into === null) start[source + 1] = countTargets(own);
      else fillSource({ start, ...into }, own);
    }
  };
}

/** One source: `row` of either model. */
interface SourceOfBoth {
  readonly ridge: SourceRows;
  readonly walk: SourceRows;
  readonly source: number;
  readonly row: number;
  readonly placeOf: Int32Array;
}

function countTargets({ ridge, walk, source, row, placeOf }: SourceOfBoth): number {
  let count = 0;
  for (const rows of [ridge, walk]) {
    for (let at = rows.start[row] as number; at < (rows.start[row + 1] as number); at += 1) {
      const item = rows.target[at] as number;
      if (placeOf[item] === source) continue;
      placeOf[item] = source;
      count += 1;
    }
  }
  return count;
}

/** A place is trusted only when it lies within this source's targets: sources come in rising order. */
function fillSource(links: Links, from: SourceOfBoth): void {
  const { source, row, placeOf } = from;
  const begin = links.start[source] as number;
  let end = begin;
  for (const [rows, weights] of [
    [from.ridge, links.ridge],
    [from.walk, links.walk],
  ] as const) {
    for (let at = rows.start[row] as number; at < (rows.start[row + 1] as number); at += 1) {
      const item = rows.target[at] as number;
      let place = placeOf[item] as number;
      if (place < begin) {
        place = end;
        end += 1;
        placeOf[item] = place;
        links.target[place] = item;
      }
      weights[place] = rows.weight[at] as number;
    }
  }
}
