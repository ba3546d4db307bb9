import type { Step } from '../../shared/api/recommendation.ts';
import type { Placement } from '../../shared/rules/placement.ts';
import { type ContentStep, without } from '../content/candidate.ts';
import {
  affinityStep,
  discreet,
  personalStep,
  placeless,
  sessionStep,
  similarStep,
} from '../content/ownSteps.ts';
import { type PopularWhere, popularSteps, trendingStep } from '../content/popularSteps.ts';
import { together } from '../stores/suspend.ts';
import { isKnown, purchasesOf } from './customer.ts';
import type { Question } from './question.ts';

/** How a list is come by: the steps to walk, and what it is about. */
export interface Plan {
  readonly steps: readonly ContentStep[];
  /** The steps that give exactly what was asked for. */
  readonly asked: readonly Step[];
  readonly forCustomer: boolean;
  /** The place and category the list is about. */
  readonly where: () => PopularWhere;
  /** Products that are in no such list, those named in `exclude` apart. */
  readonly leaveOut: readonly number[];
  /** Whether `category` says what may be in the list, or only what to fill it up with. */
  readonly categoryBinds: boolean;
  /** Whether everybody who asks the same gets the same. */
  readonly shared: boolean;
  readonly warnings: readonly string[];
}

export function planOf(placement: Placement, question: Question): Plan {
  switch (placement) {
    case 'user':
    case 'next':
    case 'item-affinity':
      return customerPlan(placement, question);
    case 'similar':
    case 'cart':
      return productsPlan(question);
    case 'popular':
    case 'by-location':
    case 'trending':
      return popularPlan(placement, question);
  }
}

const BLENDED =
  'there is no item affinity for this customer: what goes with the purchases is blended with the own list';

function customerPlan(placement: 'user' | 'next' | 'item-affinity', question: Question): Plan {
  const { edge, reader, category, excludeBought } = question;
  const [customer, { context }] = together(question.customer, question.items);
  const { record, recent, origin } = customer;
  const bought = purchasesOf(customer);
  const told = (step: ContentStep) => (customer.purchaseReasons ? step : discreet(step));
  const personal = record === null ? nothing : told(personalStep(record, origin));
  const fromPurchases = told(similarStep(reader, bought));
  const hasAffinity = record !== null && record.affinity.length > 0;
  const own =
    placement !== 'item-affinity'
      ? personal
      : hasAffinity
        ? affinityStep(record, origin)
        : sessionStep(personal, fromPurchases);
  const session = context.length > 0 ? sessionStep(own, similarStep(reader, context)) : own;
  const where = () => ({ ...customer.where(), category });
  const isTold = customer.purchaseReasons || !customer.whereBought;
  const popular = popularSteps(reader, where, edge.defaults).map((step) => (isTold ? step : placeless(step)));
  // An own list may hold what is due to be bought again; what fills it up should be new to the customer.
  const filling = [fromPurchases, ...popular].map((step) => without(step, () => new Set(bought)));
  return {
    steps: [session, ...(placement === 'item-affinity' ? [personal] : []), ...filling],
    asked: askedOf(placement, context.length > 0),
    forCustomer: isKnown(customer),
    where,
    leaveOut: [...context, ...recent, ...(excludeBought ? bought : [])],
    categoryBinds: true,
    shared: false,
    warnings: [
      ...customer.warnings,
      ...(placement === 'item-affinity' && isKnown(customer) && !hasAffinity ? [BLENDED] : []),
    ],
  };
}

const nothing: ContentStep = () => [];

function askedOf(placement: 'user' | 'next' | 'item-affinity', inSession: boolean): Step[] {
  if (placement === 'next') return ['personal', 'similar'];
  const own: Step = placement === 'user' ? 'personal' : 'affinity';
  return inSession ? [own, 'similar'] : [own];
}

/** What goes with one or several products, and with those being looked at. */
function productsPlan({ edge, reader, place, category, items }: Question): Plan {
  const { seeds, context } = items();
  const all = [...new Set([...seeds, ...context])];
  const where = () => ({
    ...place,
    category: category.length > 0 ? category : readCategory({ reader }, all[0] ?? null),
  });
  return {
    steps: [similarStep(reader, all), ...popularSteps(reader, where, edge.defaults)],
    asked: ['similar'],
    forCustomer: false,
    where,
    leaveOut: all,
    categoryBinds: false,
    shared: true,
    warnings: [],
  };
}

function readCategory({ reader }: Pick<Question, 'reader'>, item: number | null): readonly string[] {
  if (item === null) return [];
  const { value } = reader.read('catalogue', (store) => store.cards([item]));
  return value[0]?.product().category_path ?? [];
}

/** What is popular in the shop, a category, a place; or what sells more than it did. */
function popularPlan(
  placement: 'popular' | 'by-location' | 'trending',
  { edge, reader, ownPlace, place, category }: Question,
): Plan {
  const isPlaced = place.province !== null || place.city !== null;
  const guessed = placement === 'by-location' && !isPlaced;
  const there: PopularWhere = guessed ? ownPlace() : place;
  const categoryBinds = placement !== 'popular';
  const sought: PopularWhere = categoryBinds ? there : { ...there, category };
  const popular = (where: PopularWhere) => popularSteps(reader, () => where, edge.defaults);
  return {
    steps: [
      ...(placement === 'trending' ? [trendingStep(reader)] : []),
      ...popular(sought),
      // Of the place or the trend first; its own list only fills up.
      ...(categoryBinds && category.length > 0 ? popular({ category }) : []),
    ],
    asked: [placement === 'trending' ? 'trending' : popularStepOf(sought)],
    forCustomer: false,
    where: () => ({ ...there, category }),
    leaveOut: [],
    categoryBinds,
    shared: !guessed,
    warnings: [],
  };
}

function popularStepOf({ province, city, country, category }: PopularWhere): Step {
  if (category !== undefined && category.length > 0) return 'popular_in_category';
  if (city) return 'popular_in_city';
  return province || country ? 'popular_in_province' : 'popular_overall';
}
