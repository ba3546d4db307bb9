import type { Columns } from './columns.ts';
import type { History } from './history.ts';
import { type Holders, holdersOf } from './holders.ts';
import type { Pool } from './parallel/pool.ts';
import type { SegmentsInput } from './segments.ts';

/** What segments are made from. */
export interface SegmentParts {
  readonly history: History;
  readonly sources: Columns;
  /** By item: what holding the item itself is worth. */
  readonly ownWeight: Float32Array;
  readonly userScale: Float32Array;
}

/** Where the lists go: see `SegmentsInput`. */
type SegmentLists = Pick<SegmentsInput, 'k' | 'ids' | 'scores' | 'known'>;

/** Their sums lie in the second cache: half as many or twice as many took a third longer. */
const USERS_A_BLOCK = 32_768;

/** All holders of every item: see `rankSegments`. */
export function segmentHolders(history: History): Holders {
  return holdersOf({ history, step: 1 }, null);
}

/** The `k` users most likely to buy each of `items` (-1 = unknown): row r answers items[r]. */
export async function rankSegments(
  { sources, ownWeight, userScale }: SegmentParts,
  items: Int32Array,
  of: { readonly holders: Holders; readonly into: SegmentLists; readonly pool: Pool },
): Promise<void> {
  const { holders, into, pool } = of;
  const input = { holders, sources, ownWeight, userScale, items, block: USERS_A_BLOCK, ...into };
  await pool.run('segments', input, { count: items.length, chunk: 16 });
}
