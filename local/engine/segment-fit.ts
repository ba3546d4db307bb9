import { userScales } from './evidence.ts';
import type { Truth } from './examples.ts';
import type { History } from './history.ts';
import type { Holders } from './holders.ts';
import { recallAt } from './metrics.ts';
import type { Pool } from './parallel/pool.ts';
import { createRandom, sampleWithoutReplacement } from './random.ts';
import { rankSegments, type SegmentParts, segmentHolders } from './rank-segments.ts';
import { sharedFloat32, sharedInt32, sharedUint8 } from './shared-arrays.ts';

const EXPONENTS = [0, 0.25, 0.5, 0.75];
const ITEMS_TRIED = 300;

/** Items to try it on: some of those that were bought. */
export function itemsToTry(truth: Truth, seed: number): Int32Array {
  const wanted = Int32Array.from(new Set(truth.item)).sort();
  return sampleWithoutReplacement(wanted, ITEMS_TRIED, createRandom(seed));
}

/**
 * Chooses the size correction by recall at 1 % of the users on the holdout. Among the exponents that come
 * within 2 % of the best the largest wins: it spreads segments over more users.
 */
export async function fitSegments(
  parts: Omit<SegmentParts, 'userScale'>,
  truth: Truth,
  options: { readonly items: Int32Array; readonly pool: Pool },
): Promise<{ exponent: number; metrics: Record<string, number> }> {
  const { items } = options;
  const buyers = buyersOf(truth, parts.history.itemCount);
  const holders = segmentHolders(parts.history);
  const tried: { exponent: number; metrics: Record<string, number> }[] = [];
  for (const exponent of EXPONENTS) {
    const metrics = await measure(parts, { exponent, items, buyers, holders, pool: options.pool });
    tried.push({ exponent, metrics });
  }
  const recall = (one: { metrics: Record<string, number> }) => one.metrics['recall_at_1_percent'] ?? 0;
  const best = Math.max(...tried.map(recall));
  return tried.findLast((one) => recall(one) >= 0.98 * best) ?? { exponent: 0.5, metrics: {} };
}

function buyersOf(truth: Truth, itemCount: number): Map<number, Set<number>> {
  const buyers = new Map<number, Set<number>>();
  truth.users.forEach((user, position) => {
    for (const item of truth.item.subarray(truth.start[position], truth.start[position + 1])) {
      if (item >= itemCount) continue;
      const of = buyers.get(item) ?? new Set<number>();
      of.add(user);
      buyers.set(item, of);
    }
  });
  return buyers;
}

async function measure(
  parts: Omit<SegmentParts, 'userScale'>,
  of: {
    readonly exponent: number;
    readonly items: Int32Array;
    readonly buyers: Map<number, Set<number>>;
    readonly holders: Holders;
    readonly pool: Pool;
  },
): Promise<Record<string, number>> {
  const { items, buyers } = of;
  const { userCount } = parts.history;
  const k = Math.max(1, Math.ceil(userCount / 100));
  const ids = sharedInt32(items.length * k);
  const into = { k, ids, scores: sharedFloat32(items.length * k), known: sharedUint8(items.length) };
  const userScale = segmentScale(parts.history, of.exponent);
  await rankSegments({ ...parts, userScale }, items, { holders: of.holders, into, pool: of.pool });
  let hits = 0;
  let recall = 0;
  const covered = new Set<number>();
  items.forEach((item, row) => {
    const wanted = buyers.get(item) ?? new Set<number>();
    const list = ids.subarray(row * k, (row + 1) * k).filter((id) => id >= 0);
    for (const user of list) covered.add(user);
    const relevant = Uint8Array.from(list, (user) => (wanted.has(user) ? 1 : 0));
    hits += relevant.reduce((sum, one) => sum + one, 0);
    recall += recallAt(relevant, k, wanted.size);
  });
  const count = Math.max(1, items.length);
  return {
    coverage: covered.size / Math.max(1, userCount),
    hits_at_1_percent: hits / count,
    recall_at_1_percent: recall / count,
  };
}

export function segmentScale(history: History, exponent: number): Float32Array {
  return userScales(history, exponent);
}
