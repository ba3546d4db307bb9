import type { Contestant, Measure, PurchaseKind } from './evaluation.ts';
import { PURCHASES } from './evaluation.ts';
import { meanInterval, shareInterval } from './interval.ts';
import { DEPTH, ndcgAt10 } from './ranking.ts';
import type { TestCustomer } from './testCustomers.ts';

/** Who makes lists, and the lists. */
export interface ListMaker {
  readonly name: Contestant['name'];
  readonly engine: Contestant['engine'];
  /** Item numbers, best first, deeper than ten so that what was bought before can be passed over; null: no list. */
  listOf(customer: number): readonly number[] | null;
}

/**
 * Scores every maker's lists on what the same customers bought. A customer without a list counts as missed. For
 * first purchases the list is read without what the customer had bought before, for repeats with nothing else.
 * The last maker must be popularity: the others are held against it, customer by customer.
 * O(customers × makers × length of a list).
 */
export function scoreLists(customers: readonly TestCustomer[], makers: readonly ListMaker[]): Contestant[] {
  const sums = makers.map(() => ({ all: newSums(), first: newSums(), repeat: newSums() }));
  const scores = new Float64Array(makers.length);
  for (const customer of customers) {
    const lists = makers.map((maker) => maker.listOf(customer.number) ?? []);
    for (const kind of PURCHASES) {
      const wanted = customer[kind];
      if (wanted.size === 0) continue;
      lists.forEach((list, m) => {
        scores[m] = ndcgAt10(readFor(kind, list, customer), wanted);
      });
      const baseline = scores[makers.length - 1] as number;
      sums.forEach((sum, m) => {
        add(sum[kind], scores[m] as number, baseline);
      });
    }
  }
  return makers.map(({ name, engine }, m) => {
    const { all, first, repeat } = sums[m] as (typeof sums)[number];
    return { name, engine, all: measure(all), first: measure(first), repeat: measure(repeat) };
  });
}

/** The part of the list that is asked for such purchases, its first ten. */
function readFor(kind: PurchaseKind, list: readonly number[], { before }: TestCustomer): readonly number[] {
  if (kind === 'all') return list;
  const read: number[] = [];
  for (let i = 0; i < list.length && read.length < DEPTH; i++) {
    const item = list[i] as number;
    if (before.has(item) === (kind === 'repeat')) read.push(item);
  }
  return read;
}

interface Sums {
  count: number;
  hits: number;
  ndcg: number;
  ndcgSquares: number;
  lead: number;
  leadSquares: number;
}

function newSums(): Sums {
  return { count: 0, hits: 0, ndcg: 0, ndcgSquares: 0, lead: 0, leadSquares: 0 };
}

function add(sums: Sums, score: number, baseline: number): void {
  sums.count++;
  if (score > 0) sums.hits++;
  sums.ndcg += score;
  sums.ndcgSquares += score ** 2;
  sums.lead += score - baseline;
  sums.leadSquares += (score - baseline) ** 2;
}

function measure({ count, hits, ndcg, ndcgSquares, lead, leadSquares }: Sums): Measure {
  return {
    customers: count,
    hit_rate: [...shareInterval(hits, count)],
    ndcg: [...meanInterval(ndcg, ndcgSquares, count)],
    over_popularity: [...meanInterval(lead, leadSquares, count)],
  };
}
