import { placeKey, provinceKey } from '../../shared/identity/place.ts';
import type { RuleDraft } from '../../shared/rules/rule.ts';
import type { EdgeRule } from '../../shared/rules/rulesDocument.ts';

/** A rule as the edge applies it, but for its id and the item numbers of its products. */
export type AppliedRule = Omit<EdgeRule, 'id' | 'items'>;

export function compileRule(rule: RuleDraft): AppliedRule {
  return {
    effect: rule.effect,
    category: 'category' in rule.target ? placeKey(rule.target.category) : null,
    amount: rule.effect === 'pin' ? rule.position : rule.effect === 'hide' ? 0 : rule.places,
    placements: rule.placements,
    in_category: keyOf(rule.in_category),
    province: rule.province === null ? null : provinceKey(rule.province),
    from: timeOf(rule.valid_from),
    until: timeOf(rule.valid_until),
  };
}

const keyOf = (name: string | null) => (name === null ? null : placeKey(name));
const timeOf = (instant: string | null) => (instant === null ? null : Date.parse(instant));
