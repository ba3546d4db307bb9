import type { ReasonCode, Step } from '../../shared/api/recommendation.ts';
import type { Origin } from '../stores/store.ts';

/** An item that may stand in an answer, and why. */
export interface Candidate {
  readonly item: number;
  readonly step: Step;
  readonly score: number | null;
  readonly reason: ReasonCode;
  /** The item number or the name of the place or category the reason speaks of. */
  readonly about: number | string | null;
  readonly origin: Origin;
  /** Weeks after which the customer buys the item again, where the orders tell. */
  readonly weeks?: number | null;
}

/**
 * One step of the content ladder, read only when the steps before it did not fill the list. Breaks off where
 * something is not in memory yet (stores/suspend.ts).
 */
export type ContentStep = () => Iterable<Candidate>;

/** The same step without some items, which are found out when it is reached. */
export function without(step: ContentStep, items: () => ReadonlySet<number>): ContentStep {
  return () => others(step(), items());
}

function* others(candidates: Iterable<Candidate>, items: ReadonlySet<number>): Generator<Candidate> {
  for (const candidate of candidates) if (!items.has(candidate.item)) yield candidate;
}
