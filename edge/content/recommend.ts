import type { Degraded, Recommendation, RulesState, Step } from '../../shared/api/recommendation.ts';
import type { RecommendationField } from '../../shared/api/recommendationFields.ts';
import type { ProductCard } from '../../shared/catalogue/card.ts';
import type { Availability } from '../../shared/overlay/availability.ts';
import { type ActiveRules, activeRules } from '../../shared/rules/activeRules.ts';
import { applyRules } from '../../shared/rules/applyRules.ts';
import type { Placement } from '../../shared/rules/placement.ts';
import type { Reader } from '../stores/ladder.ts';
import type { Origin } from '../stores/store.ts';
import type { ContentStep } from './candidate.ts';
import { cardNow } from './cardNow.ts';
import { fillList, type Wanted, withCards } from './fillList.ts';
import { admits, type Filter } from './filter.ts';
import type { ShopRules } from './listRules.ts';
import type { Picked } from './picked.ts';
import type { PopularWhere } from './popularSteps.ts';
import { type Reference, readReferences, reasonText } from './reasons.ts';

/** What is laid over every list, whatever store or step gave it. */
export interface Live {
  readonly rules: ShopRules;
  readonly availability: Availability | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface ListRequest {
  readonly placement: Placement;
  readonly steps: readonly ContentStep[];
  /** The steps that give exactly what was asked for; another first one is a fallback. */
  readonly asked: readonly Step[];
  /** Whether the list is asked for a customer, so that what is not merely popular was made for them. */
  readonly forCustomer: boolean;
  /** Where the shopper is and what the list is about; asked only when a rule depends on it. */
  readonly where: () => PopularWhere;
  readonly limit: number;
  readonly offset: number;
  readonly leaveOut: ReadonlySet<number>;
  readonly filter: Filter;
  /** What to say of each item; null: everything. */
  readonly fields: readonly RecommendationField[] | null;
  readonly live: Live;
}

/** A list as it goes into an answer, the items already written as JSON. */
export interface List {
  readonly items: readonly string[];
  /** The same items by number. */
  readonly numbers: readonly number[];
  readonly personal: boolean;
  readonly fallback: Step | null;
  readonly rules: RulesState;
  readonly origin: Origin;
  readonly degraded: readonly Degraded[];
}

const OWN: ReadonlySet<Step> = new Set(['personal', 'affinity', 'similar']);

/**
 * Makes the list a request asks for: fills it, lets the shop's rules put it in order, words its reasons,
 * says where it comes from. The one place where rules and availability meet a list.
 */
export function recommend(reader: Reader, request: ListRequest): List {
  const { steps, asked, forCustomer, limit, offset, leaveOut, filter, live, fields } = request;
  const rules = rulesOf(request);
  const show: Wanted['show'] = (item, stored) => {
    const card = cardNow(stored, live.availability?.changes.get(item));
    if (!admits(filter, card)) return null;
    return rules?.hides(item, () => card.product().category_path) ? null : card;
  };
  const count = offset + limit + (rules?.reach ?? 0);
  const filled = fillList(reader, steps, { count, leaveOut, show });
  const first = filled[0]?.candidate ?? null;
  const origin = first?.origin ?? reader.lastOrigin();
  const ordered = rules === null ? filled : inOrder(reader, filled, rules, { leaveOut, origin, show });
  const picked = ordered.slice(offset, offset + limit);
  const references = readReferences(
    reader,
    picked.map(({ candidate }) => candidate),
  );
  return {
    items: picked.map((entry) => itemText(entry, references, fields)),
    numbers: picked.map(({ candidate }) => candidate.item),
    personal: forCustomer && first !== null && OWN.has(first.step),
    fallback: fallbackFrom(asked, first?.step ?? 'defaults'),
    rules: live.rules.state,
    origin,
    degraded: reader.degraded,
  };
}

function rulesOf({ live, placement, where }: ListRequest): ActiveRules | null {
  const { document } = live.rules;
  if (document.rules.length === 0) return null;
  const needsPlace = document.rules.some((rule) => rule.province !== null || rule.in_category !== null);
  const { province = null, category = [] } = needsPlace ? where() : {};
  return activeRules(document, { placement, province, category, now: live.now });
}

interface Ordering {
  readonly leaveOut: ReadonlySet<number>;
  readonly origin: Origin;
  readonly show: Wanted['show'];
}

/** As the shop's rules want it. */
function inOrder(
  reader: Reader,
  filled: readonly Picked[],
  rules: ActiveRules,
  { leaveOut, origin, show }: Ordering,
): Picked[] {
  const pinned = withCards(reader, pinsOf(rules, leaveOut, origin), show);
  const ordered = applyRules(filled.map(ruled), { rules, pinned: pinned.map(ruled) });
  return ordered.map(({ picked }) => picked);
}

function pinsOf(rules: ActiveRules, leaveOut: ReadonlySet<number>, origin: Origin) {
  return rules.pins
    .filter(({ item }) => !leaveOut.has(item))
    .map(({ item }) => ({
      ...{ item, origin, about: null, score: null },
      ...({ step: 'pinned', reason: 'pinned' } as const),
    }));
}

function ruled(picked: Picked) {
  return {
    picked,
    item: picked.candidate.item,
    categoryPath: () => picked.card.product().category_path,
  };
}

type Why = Omit<Recommendation, keyof ProductCard>;

/** A card is ready-made JSON: what is said of this recommendation is put before its closing brace. */
function itemText(
  { candidate, card }: Picked,
  references: ReadonlyMap<number, Reference>,
  fields: readonly RecommendationField[] | null,
): string {
  const { about, score, origin } = candidate;
  const reference = typeof about === 'number' ? (references.get(about) ?? null) : null;
  const why: Why = {
    score,
    score_kind: score === null ? null : origin.facts.score_kind,
    reason: reasonText(candidate, reference),
    reason_code: candidate.reason,
    reason_product_id: reference?.product_id ?? null,
    step: candidate.step,
  };
  if (fields === null) return `${card.text().slice(0, -1)},${whyText(why)}`;
  const whole: Recommendation = { ...card.product(), ...why };
  return JSON.stringify({
    product_id: whole.product_id,
    ...Object.fromEntries(fields.map((field) => [field, whole[field]])),
  });
}

/** `JSON.stringify(why).slice(1)`, put together: what of it may need quoting is quoted, the rest are our own words. */
function whyText({ score, score_kind, reason, reason_code, reason_product_id, step }: Why): string {
  const kind = score_kind === null ? 'null' : `"${score_kind}"`;
  const id = reason_product_id === null ? 'null' : JSON.stringify(reason_product_id);
  return `"score":${score},"score_kind":${kind},"reason":${JSON.stringify(reason)},"reason_code":"${reason_code}","reason_product_id":${id},"step":"${step}"}`;
}

/** An empty list fell through every step, to defaults that hold nothing. */
function fallbackFrom(asked: readonly Step[], given: Step): Step | null {
  return asked.includes(given) ? null : given;
}
