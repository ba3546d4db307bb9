import type { OrderLine } from './records.ts';

/** Distinct (product, name) pairs held in memory; more are handed on early and added up in Postgres. */
const MOST_HELD = 200_000;

interface Fact {
  readonly product_id: string;
  readonly product_name: string | null;
  lines: number;
  first_seen: number;
  last_seen: number;
  /** Of the latest sale with a price; of several at that moment, the highest. */
  sold_at: number;
  sold_for: number;
  currency: string | null;
  category: string;
}

type FactRow = readonly (string | number | null)[];

/**
 * What order lines say about their products, summed per (product, name) so that two million lines
 * send some thousand rows. The sums do not depend on the order of the lines.
 */
export function createProductFacts(emit: (row: FactRow) => void) {
  const facts = new Map<string, Fact>();
  const flush = () => {
    for (const fact of facts.values()) emit(rowOf(fact));
    facts.clear();
  };
  return {
    add: (line: OrderLine, category: string) => {
      const key = `${line.product_id}\u0000${line.product_name ?? ''}`;
      const fact = facts.get(key);
      if (fact !== undefined) {
        addLine(fact, line, category);
        return;
      }
      if (facts.size >= MOST_HELD) flush();
      const begun = newFact(line, category);
      addLine(begun, line, category);
      facts.set(key, begun);
    },
    flush,
  };
}

function newFact(line: OrderLine, category: string): Fact {
  return {
    product_id: line.product_id,
    product_name: line.product_name,
    lines: 0,
    first_seen: line.ordered_at,
    last_seen: line.ordered_at,
    sold_at: Number.NEGATIVE_INFINITY,
    sold_for: 0,
    currency: null,
    category,
  };
}

function addLine(fact: Fact, line: OrderLine, category: string): void {
  fact.lines++;
  if (line.ordered_at < fact.first_seen) fact.first_seen = line.ordered_at;
  if (line.ordered_at > fact.last_seen) fact.last_seen = line.ordered_at;
  if (category > fact.category) fact.category = category;
  const price = line.price ?? 0;
  if (price <= 0 || line.quantity <= 0 || line.status !== 'completed') return;
  const later = line.ordered_at > fact.sold_at;
  if (!later && (line.ordered_at < fact.sold_at || price < fact.sold_for)) return;
  if (later || price > fact.sold_for || (line.currency ?? '') > (fact.currency ?? ''))
    fact.currency = line.currency;
  fact.sold_at = line.ordered_at;
  fact.sold_for = price;
}

function rowOf(fact: Fact): FactRow {
  const sold = Number.isFinite(fact.sold_at);
  return [
    fact.product_id,
    fact.product_name,
    fact.lines,
    new Date(fact.first_seen).toISOString(),
    new Date(fact.last_seen).toISOString(),
    sold ? new Date(fact.sold_at).toISOString() : null,
    sold ? fact.sold_for : null,
    fact.currency,
    fact.category === '' ? null : fact.category,
  ];
}
