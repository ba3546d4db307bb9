import { type Contestant, type Evaluation, type Measure, PURCHASES } from './evaluation.ts';
import type { Interval } from './interval.ts';

/** A bake-off for people: a line for each list maker and kind of purchase. */
export function resultLines({ kind, cut_off, until, customers, contestants }: Evaluation): string[] {
  const what =
    kind === 'holdout' ? 'holdout: orders kept from the list makers' : 'orders since the live snapshot';
  return [
    `bake-off of ${cut_off.slice(0, 10)} to ${until.slice(0, 10)}, ${what}, ${customers.toLocaleString('en-US')} customers`,
    ...contestants.flatMap((contestant) =>
      PURCHASES.map(
        (purchases) =>
          `  ${nameOf(contestant).padEnd(19)} ${purchases.padEnd(6)} ${measureLine(contestant[purchases])}`,
      ),
    ),
  ];
}

function nameOf({ name, engine }: Contestant): string {
  return name === 'published' ? `published (${engine})` : name;
}

function measureLine({ customers, hit_rate, ndcg }: Measure): string {
  if (customers === 0) return 'no such purchases';
  return `hit rate@10 ${withInterval(hit_rate)}  NDCG@10 ${withInterval(ndcg)}  ${customers.toLocaleString('en-US')} customers`;
}

function withInterval([value, low, high]: Interval): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} … ${high.toFixed(3)})`;
}
