import { sharedFloat32, sharedInt32 } from './shared-arrays.ts';

/**
 * An item-to-item model by target: row i holds up to `width` sources of target i with their weights,
 * best first, at [i·width, (i+1)·width); -1 = no more.
 */
export interface Columns {
  readonly itemCount: number;
  readonly width: number;
  readonly sources: Int32Array;
  readonly weights: Float32Array;
}

/** The same model by source (compressed sparse rows): what scoring a history walks over. */
export interface SourceRows {
  readonly start: Int32Array;
  readonly target: Int32Array;
  readonly weight: Float32Array;
}

export function createColumns(itemCount: number, width: number): Columns {
  const size = itemCount * width;
  return { itemCount, width, sources: sharedInt32(size).fill(-1), weights: sharedFloat32(size) };
}

/** Turns the model round: O(items × width). Weights of zero are left out. */
export function bySource(columns: Columns): SourceRows {
  const { itemCount, width, sources, weights } = columns;
  const start = sharedInt32(itemCount + 1);
  let kept = 0;
  for (let at = 0; at < sources.length; at += 1) {
    const source = sources[at] as number;
    if (source < 0 || weights[at] === 0) continue;
    start[source + 1] = (start[source + 1] as number) + 1;
    kept += 1;
  }
  for (let item = 0; item < itemCount; item += 1) {
    start[item + 1] = (start[item + 1] as number) + (start[item] as number);
  }
  const next = start.slice(0, itemCount);
  const rows: SourceRows = { start, target: sharedInt32(kept), weight: sharedFloat32(kept) };
  for (let at = 0; at < sources.length; at += 1) {
    const source = sources[at] as number;
    if (source < 0 || weights[at] === 0) continue;
    const place = next[source] as number;
    next[source] = place + 1;
    rows.target[place] = Math.floor(at / width);
    rows.weight[place] = weights[at] as number;
  }
  return rows;
}
