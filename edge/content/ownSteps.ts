import type { ReasonCode, Step } from '../../shared/api/recommendation.ts';
import type { UserReason, UserRecord } from '../../shared/snapshot/userRecord.ts';
import type { Reader } from '../stores/ladder.ts';
import type { Origin } from '../stores/store.ts';
import { together } from '../stores/suspend.ts';
import type { Candidate, ContentStep } from './candidate.ts';
import { fuseByRank } from './fuseByRank.ts';

/** Products a list may be sought for at once; of purchases, the latest. */
const SEEDS = 10;

const REASONS: Readonly<Record<UserReason, ReasonCode>> = {
  similar_taste: 'similar_taste',
  bought_with: 'bought_with',
  buy_again: 'buy_again',
  popular_in_place: 'popular_in_place',
  popular: 'popular',
};

/** The customer's own list; the popular items it is filled up with are left to the steps below. */
export function personalStep(record: UserRecord, origin: Origin): ContentStep {
  return () => personalCandidates(record, origin);
}

/** One by one, for a list holds many more than most answers show. */
function* personalCandidates(record: UserRecord, origin: Origin): Generator<Candidate> {
  for (let i = 0; i < record.own; i++) {
    const reference = record.references[i] ?? null;
    const reason = REASONS[record.reasons[i] ?? 'similar_taste'];
    yield {
      item: record.items[i] as number,
      step: 'personal',
      score: record.scores[i] ?? null,
      reason,
      about: reference === null ? null : (record.bought[reference] ?? null),
      origin,
      weeks: reason === 'buy_again' && reference !== null ? (record.cycles[reference] ?? null) : null,
    };
  }
}

const FROM_PURCHASES: ReadonlySet<ReasonCode> = new Set(['bought_with', 'buy_again', 'similar_to']);

/** The same step for a caller who may not be told what the customer bought. */
export function discreet(step: ContentStep): ContentStep {
  return () => discreetly(step());
}

function* discreetly(candidates: Iterable<Candidate>): Generator<Candidate> {
  for (const candidate of candidates)
    yield FROM_PURCHASES.has(candidate.reason)
      ? { ...candidate, reason: 'for_you', about: null, weeks: null }
      : candidate;
}

/** The same step for a caller who may not be told where the customer's orders go. */
export function placeless(step: ContentStep): ContentStep {
  return () => placelessly(step());
}

function* placelessly(candidates: Iterable<Candidate>): Generator<Candidate> {
  for (const candidate of candidates)
    yield candidate.reason === 'popular_in_place' ? { ...candidate, about: null } : candidate;
}

/** The own list and what goes with the products of the session, as one list. */
export function sessionStep(own: ContentStep, context: ContentStep): ContentStep {
  return () => {
    const [ours, theirs] = together(own, context);
    return fuseByRank([[...ours], [...theirs]]);
  };
}

/** Products whose likeliest customers include this one. */
export function affinityStep(record: UserRecord, origin: Origin): ContentStep {
  return () =>
    record.affinity.map((item) => ({
      item,
      step: 'affinity',
      score: null,
      reason: 'affinity',
      about: null,
      origin,
    }));
}

/** What goes with one or several products: what most of them agree on first. */
export function similarStep(reader: Reader, seeds: readonly number[]): ContentStep {
  return () => {
    const asked = seeds.slice(0, SEEDS);
    if (asked.length === 0) return [];
    const { value, origin } = reader.read('similar', (store) => store.similar(asked));
    const lists = value.map((list, i) =>
      (list?.items.slice(0, list.own) ?? []).map((item, rank) =>
        similarCandidate({ item, seed: asked[i] ?? null, orders: list?.counts[rank] ?? 0, origin }),
      ),
    );
    return fuseByRank(lists);
  };
}

interface Similar {
  readonly item: number;
  readonly seed: number | null;
  /** Orders that hold both. */
  readonly orders: number;
  readonly origin: Origin;
}

const SIMILAR: Step = 'similar';

function similarCandidate({ item, seed, orders, origin }: Similar): Candidate {
  const reason = orders > 0 ? 'bought_with' : 'similar_to';
  return { item, step: SIMILAR, score: null, reason, about: seed, origin };
}
