import type { SourceRows } from './columns.ts';
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

/** O(targets of both). */
export function joinModels(ridge: SourceRows, walk: SourceRows): Links {
  const itemCount = ridge.start.length - 1;
  const placeOf = new Int32Array(itemCount).fill(-1);
  const start = sharedInt32(itemCount + 1);
  for (let source = 0; source < itemCount; source += 1) {
    start[source + 1] = (start[source] as number) + countTargets(ridge, walk, { source, placeOf });
  }
  placeOf.fill(-1);
  const total = start[itemCount] as number;
  const links = {
    start,
    target: sharedInt32(total),
    ridge: sharedFloat32(total),
    walk: sharedFloat32(total),
  };
  for (let source = 0; source < itemCount; source += 1) fillSource(links, { ridge, walk, source, placeOf });
  return links;
}

function countTargets(
  ridge: SourceRows,
  walk: SourceRows,
  { source, placeOf }: { readonly source: number; readonly placeOf: Int32Array },
): number {
  let count = 0;
  for (const rows of [ridge, walk]) {
    for (let at = rows.start[source] as number; at < (rows.start[source + 1] as number); at += 1) {
      const item = rows.target[at] as number;
      if (placeOf[item] === source) continue;
      placeOf[item] = source;
      count += 1;
    }
  }
  return count;
}

/** A place is trusted only when it lies within this source's targets. */
function fillSource(
  links: Links,
  from: {
    readonly ridge: SourceRows;
    readonly walk: SourceRows;
    readonly source: number;
    readonly placeOf: Int32Array;
  },
): void {
  const { source, placeOf } = from;
  const begin = links.start[source] as number;
  let end = begin;
  for (const [rows, weights] of [
    [from.ridge, links.ridge],
    [from.walk, links.walk],
  ] as const) {
    for (let at = rows.start[source] as number; at < (rows.start[source + 1] as number); at += 1) {
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
