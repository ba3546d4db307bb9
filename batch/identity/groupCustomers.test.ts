import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Ban, groupCustomers, type Holding } from './groupCustomers.ts';

const customer = fc.constantFrom('1', '2', '3', '10', 'a', 'ab');
const kind = fc.constantFrom('email' as const, 'phone' as const);
const holdings = fc.array(fc.record({ kind, value: fc.constantFrom('x', 'y', 'z'), customer }), {
  maxLength: 12,
});
const bans = fc.array(fc.record({ kind, from: customer, into: customer }), { maxLength: 3 });
const shortestFirst = (a: string, b: string) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
const roots = (all: readonly Holding[], banned: readonly Ban[] = []) =>
  new Map([...groupCustomers(all, banned, shortestFirst).rootOf].sort());

/** Who is joined to whom by sharing, step by step, as brute force has it. */
function reachable(all: readonly Holding[], from: string): Set<string> {
  const found = new Set([from]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const a of all)
      for (const b of all)
        if (a.kind === b.kind && a.value === b.value && found.has(a.customer) && !found.has(b.customer)) {
          found.add(b.customer);
          grew = true;
        }
  }
  return found;
}

test('customers are one when a chain of shared contacts joins them, named by the first', () => {
  fc.assert(
    fc.property(holdings, (all) => {
      const { rootOf, merges } = groupCustomers(all, [], shortestFirst);
      for (const { customer: id } of all) {
        const group = [...reachable(all, id)].sort(shortestFirst);
        expect(rootOf.get(id)).toBe(group[0]);
      }
      expect(merges).toHaveLength(rootOf.size - new Set(rootOf.values()).size);
    }),
  );
});

test('the order in which customers came does not matter, also after merges were undone', () => {
  const shuffled = holdings.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, bans, ([all, other], banned) => {
      expect(roots(other, banned)).toEqual(roots(all, banned));
    }),
  );
});

test('a pair that was undone never comes together by its rule, not even through others', () => {
  const all = ['1', '2', '3'].map((id) => ({ kind: 'phone' as const, value: 'x', customer: id }));
  const banned = [{ kind: 'phone' as const, from: '2', into: '1' }];
  expect(roots(all, banned)).toEqual(
    new Map([
      ['1', '1'],
      ['2', '2'],
      ['3', '1'],
    ]),
  );
  const byMail = ['1', '2'].map((id) => ({ kind: 'email' as const, value: 'm', customer: id }));
  expect(roots([...all, ...byMail], banned).get('2')).toBe('1');
});
