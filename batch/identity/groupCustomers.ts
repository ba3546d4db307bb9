import { createComponents } from './components.ts';
import type { ContactKind } from './contactReader.ts';

/** A customer has a contact that may merge. */
export interface Holding {
  readonly kind: ContactKind;
  /** The contact's hash. */
  readonly value: string;
  readonly customer: string;
}

/** One reason why two customers are one: `from` is the later of the two. */
export interface Merge {
  readonly kind: ContactKind;
  readonly value: string;
  readonly from: string;
  readonly into: string;
}

/** A merge by this rule that somebody has undone. */
export type Ban = Pick<Merge, 'kind' | 'from' | 'into'>;

export interface CustomerGroups {
  /** Every customer of the input → the first of their group. */
  readonly rootOf: ReadonlyMap<string, string>;
  /** The reasons that join the groups, one less than members each. */
  readonly merges: readonly Merge[];
}

/**
 * Customers who share a contact are one. All pairs that share one are taken in an order of their own (e-mail before
 * phone, then by ids), and each joins two groups unless that would bring together, by the same rule, a pair that was
 * undone. So the result depends on who holds what, not on what came first (Kruskal's algorithm with forbidden pairs).
 * O(pairs log pairs).
 * @param compare puts the customers in order, negative: the first one first
 */
export function groupCustomers(
  holdings: readonly Holding[],
  bans: readonly Ban[],
  compare: (a: string, b: string) => number,
): CustomerGroups {
  const components = createComponents<string>();
  const banned = new Map<string, Set<string>>();
  for (const { kind, from, into } of bans) {
    for (const [a, b] of [
      [from, into],
      [into, from],
    ] as const)
      banned.set(`${kind}\0${a}`, (banned.get(`${kind}\0${a}`) ?? new Set<string>()).add(b));
  }
  const isBanned = ({ kind, from, into }: Merge): boolean => {
    const others = new Set(components.membersOf(into));
    return components.membersOf(from).some((member) => {
      const enemies = banned.get(`${kind}\0${member}`);
      return enemies !== undefined && [...enemies].some((enemy) => others.has(enemy));
    });
  };
  const merges: Merge[] = [];
  for (const pair of pairsOf(holdings, compare)) {
    if (components.areJoined(pair.from, pair.into) || (banned.size > 0 && isBanned(pair))) continue;
    components.join(pair.from, pair.into);
    merges.push(pair);
  }
  const rootOf = new Map<string, string>();
  for (const { customer } of holdings) {
    if (rootOf.has(customer)) continue;
    const members = components.membersOf(customer);
    const root = members.reduce((first, member) => (compare(member, first) < 0 ? member : first));
    for (const member of members) rootOf.set(member, root);
  }
  return { rootOf, merges };
}

function pairsOf(holdings: readonly Holding[], compare: (a: string, b: string) => number): Merge[] {
  const holders = new Map<string, Holding[]>();
  for (const holding of holdings) {
    const name = `${holding.kind}\0${holding.value}`;
    const known = holders.get(name);
    if (known === undefined) holders.set(name, [holding]);
    else known.push(holding);
  }
  const pairs: Merge[] = [];
  for (const group of holders.values()) {
    const sorted = group.sort((a, b) => compare(a.customer, b.customer));
    sorted.forEach(({ kind, value, customer: into }, i) => {
      for (const { customer: from } of sorted.slice(i + 1))
        if (from !== into) pairs.push({ kind, value, from, into });
    });
  }
  return pairs.sort(
    (a, b) =>
      (a.kind === b.kind ? 0 : a.kind === 'email' ? -1 : 1) ||
      compare(a.into, b.into) ||
      compare(a.from, b.from) ||
      (a.value < b.value ? -1 : 1),
  );
}
