import type { Placement } from '../../shared/rules/placement.ts';
import type { PopularWhere } from '../content/popularSteps.ts';
import { type List, recommend } from '../content/recommend.ts';
import { together } from '../stores/suspend.ts';
import { planOf } from './plans.ts';
import type { Question } from './question.ts';

export interface Stretch {
  readonly limit: number;
  readonly offset: number;
  /** More products to leave out: those that stand elsewhere on the page. */
  readonly besides?: Iterable<number>;
}

export interface AnsweredList {
  readonly list: List;
  readonly where: () => PopularWhere;
  /** Whether everybody who asks the same gets the same. */
  readonly shared: boolean;
  readonly warnings: readonly string[];
}

/** One list of a question: every read that gives lists comes through here. */
export function listOf(
  placement: Placement,
  question: Question,
  { limit, offset, besides = [] }: Stretch,
): AnsweredList {
  const { reader, filter, fields, category } = question;
  const [live, plan] = together(question.live, () => planOf(placement, question));
  const { excluded } = question.items();
  const { steps, asked, forCustomer, where, shared, warnings } = plan;
  const list = recommend(reader, {
    ...{ placement, steps, asked, forCustomer, where, limit, offset, fields, live },
    leaveOut: new Set([...excluded, ...plan.leaveOut, ...besides]),
    filter: { ...filter, category: plan.categoryBinds ? category : [] },
  });
  return { list, where, shared, warnings };
}
