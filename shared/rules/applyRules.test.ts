import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { activeRules, type RuleContext } from './activeRules.ts';
import { applyRules } from './applyRules.ts';
import type { EdgeRule } from './rulesDocument.ts';

const EVERYWHERE: RuleContext = { placement: 'user', province: null, category: [], now: 1_000 };
const rule = (given: Partial<EdgeRule>): EdgeRule => ({
  ...{ id: 'r', effect: 'hide', items: [], category: null, amount: 0, placements: null },
  ...{ in_category: null, province: null, from: null, until: null },
  ...given,
});
const entry = (item: number) => ({
  item,
  categoryPath: () => (item % 2 === 0 ? ['Bedding', 'Pillows'] : ['Bäder']),
});
function apply(items: number[], rules: EdgeRule[], context: Partial<RuleContext> = {}): number[] {
  const active = activeRules({ rules }, { ...EVERYWHERE, ...context });
  const pinned = (active?.pins ?? []).map(({ item }) => entry(item));
  return applyRules(items.map(entry), { rules: active, pinned }).map(({ item }) => item);
}

test('hidden products are gone, by number or by category however it is written', () => {
  expect(apply([1, 2, 3, 4], [rule({ items: [1] })])).toEqual([2, 3, 4]);
  expect(apply([1, 2, 3, 4], [rule({ category: 'pillows' })])).toEqual([1, 3]);
  expect(apply([1, 2, 3, 4], [rule({ category: 'bader' })])).toEqual([2, 4]);
});

test('boosted products move up and buried ones down by so many places', () => {
  expect(apply([1, 2, 3, 4, 5], [rule({ effect: 'boost', items: [4], amount: 2 })])).toEqual([1, 4, 2, 3, 5]);
  expect(apply([1, 2, 3, 4, 5], [rule({ effect: 'bury', items: [1], amount: 2 })])).toEqual([2, 3, 1, 4, 5]);
  expect(apply([1, 2, 3], [rule({ effect: 'bury', items: [1], amount: 100 })])).toEqual([2, 3, 1]);
  expect(apply([1, 2], [rule({ effect: 'boost', items: [9], amount: 100 })])).toEqual([1, 2]);
});

test('pinned products stand where they were put, in the list or not, once', () => {
  const pins = [
    rule({ effect: 'pin', items: [9], amount: 2 }),
    rule({ effect: 'pin', items: [3], amount: 1 }),
  ];
  expect(apply([1, 2, 3, 4], pins)).toEqual([3, 9, 1, 2, 4]);
  expect(apply([], pins)).toEqual([3, 9]);
  expect(apply([1, 2], [rule({ effect: 'pin', items: [8, 9], amount: 1 })])).toEqual([8, 9, 1, 2]);
  expect(apply([1, 2], [...pins, rule({ items: [9] })])).toEqual([3, 1, 2]);
});

test('a rule holds only where, when and for whom it was made', () => {
  const hides = (given: Partial<EdgeRule>, context: Partial<RuleContext> = {}) =>
    apply([1], [rule({ items: [1], ...given })], context).length === 0;
  expect(hides({})).toBe(true);
  expect([hides({ placements: ['cart'] }), hides({ placements: ['cart', 'user'] })]).toEqual([false, true]);
  expect([hides({ province: 'sindh' }), hides({ province: 'sindh' }, { province: ' SINDH ' })]).toEqual([
    false,
    true,
  ]);
  expect([
    hides({ in_category: 'pillows' }),
    hides({ in_category: 'pillows' }, { category: ['Bedding', 'Pillows'] }),
  ]).toEqual([false, true]);
  expect([
    hides({ from: 1_001 }),
    hides({ from: 1_000 }),
    hides({ until: 1_000 }),
    hides({ until: 1_001 }),
  ]).toEqual([false, true, false, true]);
});

const anyRule = fc
  .record({
    effect: fc.constantFrom('pin' as const, 'boost' as const, 'bury' as const, 'hide' as const),
    items: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }),
    amount: fc.integer({ min: 1, max: 40 }),
  })
  .map(rule);

test('whatever the rules, nothing is shown twice, nothing hidden, and nothing else is lost', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 30 })),
      fc.array(anyRule, { maxLength: 6 }),
      (items, rules) => {
        const of = (effect: string) => rules.filter((r) => r.effect === effect).flatMap((r) => r.items);
        const hidden = new Set(of('hide'));
        const shown = apply(items, rules);
        const expected = new Set([...items, ...of('pin')].filter((item) => !hidden.has(item)));
        expect(shown.length).toBe(new Set(shown).size);
        expect(new Set(shown)).toEqual(expected);
      },
    ),
  );
});
