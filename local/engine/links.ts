import { bySource, mostTargets, type SourceRows } from './columns.ts';
import type { ItemModels } from './item-models.ts';
import type { Pool } from './parallel/pool.ts';
import { sharedFloat32, sharedInt32 } from './shared-arrays.ts';
import { inTurns, type Steps } from './turns.ts';

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

/** Links with room left behind each source's targets: `size` by source says how many there are. */
interface RoomyLinks extends Links {
  readonly size: Int32Array;
}

export interface LinksInput {
  readonly models: ItemModels;
  /** `start` says where there is room for each source. */
  readonly into: RoomyLinks;
}

/** Cells of both models that one range of sources looks through for its own. */
const CELLS_A_RANGE = 5_000_000;

/** O(targets of both), and a look at all cells for each range. */
export async function joinModels(models: ItemModels, pool: Pool): Promise<Links> {
  const { ridge, walk } = models;
  const { itemCount } = ridge;
  const cells = ridge.sources.length + walk.sources.length;
  const ranges = Math.max(2 * pool.threads, Math.ceil(cells / CELLS_A_RANGE));
  const start = await inTurns(findRoom(models));
  const into: RoomyLinks = { ...createLinks(start), size: sharedInt32(itemCount) };
  const chunk = Math.max(1, Math.ceil(itemCount / ranges));
  await pool.run('links', { models, into }, { count: itemCount, chunk });
  return withoutRoom(into);
}

/** Where each source's targets begin when the models have none in common. */
function* findRoom({ ridge, walk }: ItemModels): Steps<Int32Array> {
  const start = sharedInt32(ridge.itemCount + 1);
  for (const { sources, width } of [ridge, walk]) {
    const counts = new Int32Array(ridge.itemCount);
    for (let at = 0; at < sources.length; at += 1) {
      if (at % CELLS_A_RANGE === 0) yield;
      const source = sources[at] as number;
      if (source >= 0) counts[source] = (counts[source] as number) + 1;
    }
    const most = mostTargets(width);
    for (let source = 0; source < counts.length; source += 1) {
      start[source + 1] = (start[source + 1] as number) + Math.min(most, counts[source] as number);
    }
  }
  addUp(start);
  return start;
}

/** Turns counts at [source + 1] into where each source begins. */
function addUp(start: Int32Array): void {
  for (let at = 1; at < start.length; at += 1) start[at] = (start[at] as number) + (start[at - 1] as number);
}

function createLinks(start: Int32Array): Links {
  const total = start.at(-1) ?? 0;
  return { start, target: sharedInt32(total), ridge: sharedFloat32(total), walk: sharedFloat32(total) };
}

function withoutRoom(roomy: RoomyLinks): Links {
  const { size } = roomy;
  const start = sharedInt32(size.length + 1);
  start.set(size, 1);
  addUp(start);
  const links = createLinks(start);
  for (let source = 0; source < size.length; source += 1) {
    const from = roomy.start[source] as number;
    const to = from + (size[source] as number);
    const begin = start[source] as number;
    links.target.set(roomy.target.subarray(from, to), begin);
    links.ridge.set(roomy.ridge.subarray(from, to), begin);
    links.walk.set(roomy.walk.subarray(from, to), begin);
  }
  return links;
}

/** Prepares a range kernel over sources. */
export function prepareLinks({ models, into }: LinksInput): (from: number, to: number) => void {
  const placeOf = new Int32Array(models.ridge.itemCount).fill(-1);
  return (from, to) => {
    const ridge = bySource(models.ridge, { from, to });
    const walk = bySource(models.walk, { from, to });
    for (let source = from; source < to; source += 1) {
      into.size[source] = fillSource(into, { ridge, walk, source, row: source - from, placeOf });
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

/** How many targets; a place is trusted only when it lies within this source's: sources come in rising order. */
function fillSource(links: Links, from: SourceOfBoth): number {
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
  return end - begin;
}
