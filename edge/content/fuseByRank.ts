import type { Candidate } from './candidate.ts';

/** Small, so that the first places of one list count more than the last ones of several. */
const DAMPING = 10;

/**
 * Reciprocal rank fusion: an item weighs the sum of 1 / (10 + rank) over the lists that hold it, so that
 * what several lists agree on comes first, whatever their scores mean. Of an item's candidates the one
 * that stands highest in its list is kept; equal weights keep the order of the lists. O(n log n).
 * Source: Cormack, Clarke, Büttcher, "Reciprocal rank fusion", SIGIR 2009.
 *
 * fuseByRank([[a, b], [c, b]]) = [b, a, c]
 */
export function fuseByRank(lists: readonly (readonly Candidate[])[]): Candidate[] {
  const all = new Map<number, Fused>();
  for (const list of lists) {
    list.forEach((candidate, rank) => {
      const weight = 1 / (DAMPING + rank);
      const known = all.get(candidate.item);
      if (known === undefined) {
        all.set(candidate.item, { candidate, weight, rank });
        return;
      }
      known.weight += weight;
      if (rank >= known.rank) return;
      known.candidate = candidate;
      known.rank = rank;
    });
  }
  return [...all.values()].sort((a, b) => b.weight - a.weight).map(({ candidate }) => candidate);
}

interface Fused {
  candidate: Candidate;
  weight: number;
  /** The best one. */
  rank: number;
}
