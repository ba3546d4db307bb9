import type { Columns } from './columns.ts';
import type { History } from './history.ts';
import type { Pool } from './parallel/pool.ts';
import { timed } from './phases.ts';
import { type SegmentBanks, type SegmentMergeInput, worthBySource } from './segments.ts';
import { sharedFloat64, sharedInt32 } from './shared-arrays.ts';

/** What segments are made from. */
export interface SegmentParts {
  readonly history: History;
  readonly sources: Columns;
  /** By item: what holding the item itself is worth. */
  readonly ownWeight: Float32Array;
  readonly userScale: Float32Array;
}

/** Where the lists go: see `SegmentMergeInput`. */
export type SegmentLists = Omit<SegmentMergeInput, 'banks'>;

/** The `k` users most likely to buy each of `items` (-1 = unknown): row r answers items[r]. */
export async function rankSegments(
  { history, sources, ownWeight, userScale }: SegmentParts,
  items: Int32Array,
  { into, pool }: { readonly into: SegmentLists; readonly pool: Pool },
): Promise<void> {
  const { k } = into;
  const worth = timed('worth', () => worthBySource(sources, ownWeight, items));
  const banks = createBanks(pool.threads, items.length, k);
  const input = { history, worth, userScale, k, banks };
  await pool.run('segments', input, { count: history.userCount, chunk: 512 });
  await pool.run('segmentMerge', { ...into, banks }, { count: items.length, chunk: 64 });
}

function createBanks(threads: number, rows: number, k: number): SegmentBanks {
  return {
    rows,
    claimed: sharedInt32(1),
    sizes: sharedInt32(threads * rows),
    ids: sharedInt32(threads * rows * k),
    scores: sharedFloat64(threads * rows * k),
  };
}
