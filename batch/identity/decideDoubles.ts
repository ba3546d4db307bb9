import { createComponents } from './components.ts';

export const DOUBLE_RULES = ['reference', 'same_lines'] as const;
export type DoubleRule = (typeof DOUBLE_RULES)[number];

/** An order as its source tells it. */
export interface ToldOrder {
  readonly number: number;
  readonly source: string;
  readonly order_id: string;
  /** The number another system has for it. */
  readonly reference: string | null;
  /** The reference as order_key() has it: "#1001" and "1001" are one. */
  readonly reference_key: string | null;
  /** Who it is of, merged customers as one; null: a guest. */
  readonly customer: string | null;
  /** Milliseconds since 1970. */
  readonly ordered_at: number;
  readonly completed: boolean;
  /** When its source last changed it; null: not told. */
  readonly updated_at: number | null;
  /** Its lines as sorted `item:quantity`. */
  readonly lines: readonly string[];
}

/** An order that is another one told again. */
export interface Double {
  readonly order: number;
  /** The one that counts. */
  readonly counted: number;
  readonly rule: DoubleRule;
}

/** Numbers are used again by and by: equal ones mean one order only when they are as close as this. */
const REFERENCE_MS = 14 * 86_400_000;
const DAY_MS = 86_400_000;

/**
 * Finds orders that two sources tell. A depends on no order of arrival: it is a function of the orders given.
 * reference: one names the other's number, or both name the same one. same_lines: of one customer, on one day (UTC), with
 * the same goods; the first of one source goes with the first of the other. Of orders found to be one, those of one
 * source count, so that an order which the other source has split in two counts whole: the source that calls one of them
 * cancelled or returned, else that knows the customer, else that was the last to change it.
 */
export function decideDoubles(orders: readonly ToldOrder[]): Double[] {
  const links = [...referenceLinks(orders)];
  const linked = new Set(links.flatMap(([a, b]) => [`${a.number}/${b.source}`, `${b.number}/${a.source}`]));
  const byReference = new Set(links.flatMap(([a, b]) => [a.number, b.number]));
  const components = createComponents<ToldOrder>();
  for (const [a, b] of links) components.join(a, b);
  for (const [a, b] of sameLineLinks(orders, linked)) components.join(a, b);
  const doubles: Double[] = [];
  const done = new Set<ToldOrder>();
  for (const order of orders) {
    if (done.has(order)) continue;
    const group = [...components.membersOf(order)];
    for (const member of group) done.add(member);
    if (group.length === 1) continue;
    const [best] = group.sort(moreTelling);
    if (best === undefined) continue;
    for (const { number, source } of group) {
      if (source === best.source) continue;
      const rule = byReference.has(number) ? 'reference' : 'same_lines';
      doubles.push({ order: number, counted: best.number, rule });
    }
  }
  return doubles.sort((a, b) => a.order - b.order);
}

function moreTelling(a: ToldOrder, b: ToldOrder): number {
  return (
    Number(a.completed) - Number(b.completed) ||
    Number(a.customer === null) - Number(b.customer === null) ||
    (b.updated_at ?? Number.NEGATIVE_INFINITY) - (a.updated_at ?? Number.NEGATIVE_INFINITY) ||
    compareTexts(a.source, b.source) ||
    byTime(a, b)
  );
}

function byTime(a: ToldOrder, b: ToldOrder): number {
  return a.ordered_at - b.ordered_at || compareTexts(a.order_id, b.order_id);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

type Link = readonly [ToldOrder, ToldOrder];

function* referenceLinks(orders: readonly ToldOrder[]): Generator<Link> {
  const byId = groupBy(orders, ({ order_id }) => order_id);
  const byName = groupBy(orders, ({ reference_key }) => reference_key ?? '');
  for (const order of orders) {
    if (order.reference !== null && order.reference_key) {
      for (const other of byName.get(order.reference_key) ?? [])
        if (other.number > order.number && isNear(order, other)) yield [order, other];
      for (const id of idsNamedBy(order.reference))
        for (const other of byId.get(id) ?? [])
          if (isNear(order, other) && !isContradicted(order, other)) yield [order, other];
    }
    for (const other of byId.get(order.order_id) ?? [])
      if (other.number > order.number && isNear(order, other) && isBacked(order, other)) yield [order, other];
  }
}

/** The order ids that a reference may mean: shops write their numbers with and without #. */
function idsNamedBy(reference: string): Set<string> {
  return new Set([reference, reference.replace(/^#+/, ''), `#${reference}`]);
}

function isNear(a: ToldOrder, b: ToldOrder): boolean {
  return a.source !== b.source && Math.abs(a.ordered_at - b.ordered_at) <= REFERENCE_MS;
}

/** Someone else bought something else: the number is another system's own, and the same by chance. */
function isContradicted(a: ToldOrder, b: ToldOrder): boolean {
  return a.customer !== null && b.customer !== null && a.customer !== b.customer && !shareGoods(a, b);
}

/** Two systems' own numbers are the same often enough: the customer or, of a guest, the goods must be too. */
function isBacked(a: ToldOrder, b: ToldOrder): boolean {
  if (a.customer !== null && b.customer !== null) return a.customer === b.customer;
  return shareGoods(a, b);
}

function shareGoods(a: ToldOrder, b: ToldOrder): boolean {
  const itemOf = (line: string) => line.slice(0, line.indexOf(':'));
  const items = new Set(a.lines.map(itemOf));
  return b.lines.some((line) => items.has(itemOf(line)));
}

function* sameLineLinks(orders: readonly ToldOrder[], linked: ReadonlySet<string>): Generator<Link> {
  const known = orders.filter(({ customer, lines }) => customer !== null && lines.length > 0);
  const alike = groupBy(known, ({ customer, ordered_at, lines }) =>
    JSON.stringify([customer, Math.floor(ordered_at / DAY_MS), lines]),
  );
  for (const group of alike.values()) {
    if (group.length === 1) continue;
    const bySource = [...groupBy(group, ({ source }) => source)].sort(([a], [b]) => compareTexts(a, b));
    for (const [i, [source, ours]] of bySource.entries()) {
      for (const [other, theirs] of bySource.slice(i + 1)) {
        // One that a number has paired with the other source has its partner.
        const left = ours.filter(({ number }) => !linked.has(`${number}/${other}`)).sort(byTime);
        const right = theirs.filter(({ number }) => !linked.has(`${number}/${source}`)).sort(byTime);
        for (const [at, order] of left.entries()) {
          const partner = right[at];
          if (partner !== undefined) yield [order, partner];
        }
      }
    }
  }
}

function groupBy<T>(values: readonly T[], nameOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const name = nameOf(value);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [value]);
    else known.push(value);
  }
  return groups;
}
