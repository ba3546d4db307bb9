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

/** Cells of one thread's lists in the making, 12 bytes each: what is offered to a list should find it in the cache. */
const BANK_CELLS = 250_000;

/** The `k` users most likely to buy each of `items` (-1 = unknown): row r answers items[r]. */
export async function rankSegments(
  parts: SegmentParts,
  items: Int32Array,
  { into, pool }: { readonly into: SegmentLists; readonly pool: Pool },
): Promise<void> {
  const { k, ids, scores, known } = into;
  const rows = Math.max(1, Math.floor(BANK_CELLS / Math.max(1, k)));
  for (let from = 0; from < items.length; from += rows) {
    const to = Math.min(items.length, from + rows);
    const block = {
      k,
      ids: ids.subarray(from * k, to * k),
      scores: scores.subarray(from * k, to * k),
      known: known.subarray(from, to),
    };
    await rankBlock(parts, items.subarray(from, to), { into: block, pool });
  }
}

async function rankBlock(
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
