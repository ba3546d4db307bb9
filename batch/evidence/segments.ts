import type { Tastes } from './tastes.ts';

/** Groups of fewer customers are not told of: nobody should be recognised by what a group buys. */
export const LEAST_CUSTOMERS = 10;
const MOST_SEGMENTS = 8;
/** Customers a segment should hold on average before there is another one. */
const CUSTOMERS_A_SEGMENT = 50;
const ROUNDS = 12;
const SHOWN_TASTES = 5;

/** Customers grouped by what they buy. */
interface Segments {
  /** Segment of each row of the tastes. */
  readonly segmentOf: Uint8Array;
  readonly count: number;
  /** Cosine of each row to its segment. */
  readonly similarity: Float32Array;
}

/**
 * Spherical k-means over the customers' categories, weighted by how telling a category is
 * (ln(1 + customers / its customers)). Begins at the k categories with the most lines, one segment each, so the
 * same orders give the same segments. Source: Dhillon, Modha, "Concept decompositions for large sparse
 * text data using clustering", 2001. O(rounds × entries × k); k × categories numbers besides.
 */
export function groupByTaste(tastes: Tastes): Segments {
  const { customers, starts, categoryCount } = tastes;
  const rows = customers.length;
  const weights = unitWeights(tastes);
  const seeds = largestCategories(tastes, segmentCount(rows));
  const count = seeds.length;
  const centres = new Float64Array(count * categoryCount);
  seeds.forEach((category, segment) => {
    centres[segment * categoryCount + category] = 1;
  });
  const segmentOf = new Uint8Array(rows).fill(255);
  const similarity = new Float32Array(rows);
  for (let round = 0; round < ROUNDS; round++) {
    let moved = 0;
    for (let row = 0; row < rows; row++) {
      let best = 0;
      let highest = -1;
      for (let segment = 0; segment < count; segment++) {
        let cosine = 0;
        const base = segment * categoryCount;
        const end = starts[row + 1] as number;
        for (let at = starts[row] as number; at < end; at++) {
          cosine += (weights[at] as number) * (centres[base + (tastes.categories[at] as number)] as number);
        }
        if (cosine > highest) {
          highest = cosine;
          best = segment;
        }
      }
      if (segmentOf[row] !== best) moved++;
      segmentOf[row] = best;
      similarity[row] = Math.min(1, Math.max(0, highest));
    }
    if (moved === 0) break;
    recentre(centres, { tastes, weights, segmentOf, count });
  }
  return { segmentOf, count, similarity };
}

function segmentCount(customers: number): number {
  return Math.min(MOST_SEGMENTS, Math.max(1, Math.floor(customers / CUSTOMERS_A_SEGMENT)));
}

/** Each row's telling weights, scaled to length 1. */
function unitWeights({ starts, categories, lines, categoryCount, customers }: Tastes): Float32Array {
  const buyers = new Float64Array(categoryCount);
  for (const category of categories) buyers[category] = (buyers[category] as number) + 1;
  const weights = new Float32Array(lines.length);
  for (let row = 0; row < customers.length; row++) {
    const end = starts[row + 1] as number;
    let sum = 0;
    for (let at = starts[row] as number; at < end; at++) {
      const telling = Math.log(1 + customers.length / (buyers[categories[at] as number] as number));
      const weight = Math.sqrt(lines[at] as number) * telling;
      weights[at] = weight;
      sum += weight * weight;
    }
    const length = Math.sqrt(sum) || 1;
    for (let at = starts[row] as number; at < end; at++) weights[at] = (weights[at] as number) / length;
  }
  return weights;
}

function largestCategories({ categories, lines, categoryCount }: Tastes, most: number): number[] {
  const sums = new Float64Array(categoryCount);
  for (let at = 0; at < lines.length; at++) {
    const category = categories[at] as number;
    sums[category] = (sums[category] as number) + (lines[at] as number);
  }
  return Array.from(sums.keys())
    .filter((category) => (sums[category] as number) > 0)
    .sort((a, b) => (sums[b] as number) - (sums[a] as number) || a - b)
    .slice(0, most);
}

interface Members {
  readonly tastes: Tastes;
  readonly weights: Float32Array;
  readonly segmentOf: Uint8Array;
  readonly count: number;
}

/** Centres become the mean direction of their members; one without members stays as it is. */
function recentre(centres: Float64Array, { tastes, weights, segmentOf, count }: Members): void {
  const { starts, categories, categoryCount } = tastes;
  const sums = new Float64Array(centres.length);
  for (let row = 0; row < segmentOf.length; row++) {
    const base = (segmentOf[row] as number) * categoryCount;
    const end = starts[row + 1] as number;
    for (let at = starts[row] as number; at < end; at++) {
      const cell = base + (categories[at] as number);
      sums[cell] = (sums[cell] as number) + (weights[at] as number);
    }
  }
  for (let segment = 0; segment < count; segment++) {
    const base = segment * categoryCount;
    let square = 0;
    for (let cell = base; cell < base + categoryCount; cell++) square += (sums[cell] as number) ** 2;
    if (square === 0) continue;
    const length = Math.sqrt(square);
    for (let cell = base; cell < base + categoryCount; cell++)
      centres[cell] = (sums[cell] as number) / length;
  }
}

interface DescribedSegment {
  readonly customers: number;
  readonly orders: number;
  readonly similarity: number;
  /** Category index, its share of the segment's lines, and that over its share of the shop's. */
  readonly tastes: readonly { readonly category: number; readonly share: number; readonly lift: number }[];
}

/** Sizes and tastes of the segments that are large enough, largest first. O(entries + k × categories). */
export function describeSegments(
  tastes: Tastes,
  { segmentOf, count, similarity }: Segments,
  ordersOf: (customer: number) => number,
): DescribedSegment[] {
  const { customers, starts, categories, lines, categoryCount } = tastes;
  const sums = new Float64Array(count * categoryCount);
  const shop = new Float64Array(categoryCount);
  const totals = Array.from({ length: count }, () => ({ customers: 0, orders: 0, similarity: 0, lines: 0 }));
  let shopLines = 0;
  for (let row = 0; row < customers.length; row++) {
    const segment = segmentOf[row] as number;
    const total = totals[segment];
    if (total === undefined) continue;
    total.customers++;
    total.orders += ordersOf(customers[row] as number);
    total.similarity += similarity[row] as number;
    const end = starts[row + 1] as number;
    for (let at = starts[row] as number; at < end; at++) {
      const category = categories[at] as number;
      const cell = segment * categoryCount + category;
      sums[cell] = (sums[cell] as number) + (lines[at] as number);
      shop[category] = (shop[category] as number) + (lines[at] as number);
      total.lines += lines[at] as number;
      shopLines += lines[at] as number;
    }
  }
  return totals
    .map((total, segment) => ({ total, segment }))
    .filter(({ total }) => total.customers >= LEAST_CUSTOMERS)
    .sort((a, b) => b.total.customers - a.total.customers || a.segment - b.segment)
    .map(({ total, segment }) => ({
      customers: total.customers,
      orders: total.orders / total.customers,
      similarity: total.similarity / total.customers,
      tastes: tastesOf(sums.subarray(segment * categoryCount, (segment + 1) * categoryCount), {
        shop: shop.map((sum) => sum / shopLines),
        lines: total.lines,
      }),
    }));
}

/** What the segment buys more of than the shop does, by how much more. */
function tastesOf(
  sums: Float64Array,
  { shop, lines }: { readonly shop: Float64Array; readonly lines: number },
): DescribedSegment['tastes'] {
  return Array.from(sums.keys())
    .map((category) => {
      const share = (sums[category] as number) / lines;
      return { category, share, more: share - (shop[category] as number) };
    })
    .filter(({ share, more }) => share > 0 && more >= 0)
    .sort((a, b) => b.more - a.more || a.category - b.category)
    .slice(0, SHOWN_TASTES)
    .map(({ category, share }) => ({ category, share, lift: share / (shop[category] as number) }));
}
