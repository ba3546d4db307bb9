import { placeKey, provinceKey } from '../identity/place.ts';
import type { Placement } from './placement.ts';
import type { EdgeRule, RulesDocument } from './rulesDocument.ts';

/** What a list is about: decides which rules hold for it. */
export interface RuleContext {
  readonly placement: Placement;
  /** Of the shopper, as far as known. */
  readonly province: string | null;
  /** Path of the category asked for, or of the product the list is about; empty when there is none. */
  readonly category: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Pin {
  readonly item: number;
  /** 1 = first. */
  readonly position: number;
}

/** The rules that hold for one list, ready to be applied. */
export interface ActiveRules {
  /** Items never to be shown, by number. `hides` also knows those hidden by category. */
  readonly hidden: ReadonlySet<number>;
  /** @param pathOf asked only when a rule hides a category; the item's category path */
  hides(item: number, pathOf: () => readonly string[]): boolean;
  /** In the order in which they take their places. */
  readonly pins: readonly Pin[];
  /** Places an item moves: negative = up, 0 = not at all. */
  shiftOf(item: number, pathOf: () => readonly string[]): number;
  /** How many more candidates than wanted must be known before they are put in order. */
  readonly reach: number;
}

/** The rules that hold here and now, or null when there are none. O(rules). */
export function activeRules(
  { rules }: Pick<RulesDocument, 'rules'>,
  context: RuleContext,
): ActiveRules | null {
  if (rules.length === 0) return null;
  const province = context.province === null ? null : provinceKey(context.province);
  const path = context.category.map(placeKey);
  const holding = rules.filter((rule) => holds(rule, context, { province, path }));
  return holding.length === 0 ? null : compiled(holding);
}

interface Where {
  readonly province: string | null;
  readonly path: readonly string[];
}

function holds(rule: EdgeRule, { placement, now }: RuleContext, { province, path }: Where): boolean {
  return (
    (rule.placements === null || rule.placements.includes(placement)) &&
    (rule.province === null || rule.province === province) &&
    (rule.in_category === null || path.includes(rule.in_category)) &&
    (rule.from === null || rule.from <= now) &&
    (rule.until === null || now < rule.until)
  );
}

function compiled(rules: readonly EdgeRule[]): ActiveRules {
  const hidden = new Set<number>();
  const hiddenCategories = new Set<string>();
  const shifts = new Map<number, number>();
  const categoryShifts = new Map<string, number>();
  const pins: Pin[] = [];
  let reach = 0;
  for (const { effect, items, category, amount } of rules) {
    if (effect === 'pin') pins.push(...items.map((item, i) => ({ item, position: amount + i })));
    else if (effect === 'hide') {
      for (const item of items) hidden.add(item);
      if (category !== null) hiddenCategories.add(category);
    } else {
      const shift = effect === 'boost' ? -amount : amount;
      reach = Math.max(reach, amount);
      for (const item of items) shifts.set(item, (shifts.get(item) ?? 0) + shift);
      if (category !== null) categoryShifts.set(category, (categoryShifts.get(category) ?? 0) + shift);
    }
  }
  return {
    hidden,
    hides: (item, pathOf) =>
      hidden.has(item) ||
      (hiddenCategories.size > 0 && pathOf().some((name) => hiddenCategories.has(placeKey(name)))),
    pins: placed(pins.filter(({ item }) => !hidden.has(item))),
    shiftOf(item, pathOf) {
      let shift = shifts.get(item) ?? 0;
      if (categoryShifts.size > 0)
        for (const name of pathOf()) shift += categoryShifts.get(placeKey(name)) ?? 0;
      return shift;
    },
    reach,
  };
}

/** Each item once, at its first position; where two want the same one, the rule made later stands below. */
function placed(pins: readonly Pin[]): Pin[] {
  const taken: Pin[] = [];
  const seen = new Set<number>();
  for (const { item, position } of [...pins].sort((a, b) => a.position - b.position)) {
    if (seen.has(item)) continue;
    seen.add(item);
    taken.push({ item, position: Math.max(position, (taken.at(-1)?.position ?? 0) + 1) });
  }
  return taken;
}
