import type { Degraded, Recommendation, Step } from '../../shared/api/recommendation.ts';
import type { ProductCard } from '../../shared/catalogue/card.ts';
import type { Reader } from '../stores/ladder.ts';
import type { Store } from '../stores/store.ts';
import type { ContentStep } from './candidate.ts';
import { fillList } from './fillList.ts';
import type { Picked } from './listRules.ts';
import { type Reference, readReferences, reasonText } from './reasons.ts';

export interface ListRequest {
  readonly steps: readonly ContentStep[];
  /** The steps that give exactly what was asked for; another first one is a fallback. */
  readonly asked: readonly Step[];
  /** Whether the list is asked for a customer, so that what is not merely popular was made for them. */
  readonly forCustomer: boolean;
  readonly limit: number;
  readonly offset: number;
  readonly leaveOut: ReadonlySet<number>;
}

/** A list as it goes into an answer, the items already written as JSON. */
export interface List {
  readonly items: readonly string[];
  readonly personal: boolean;
  readonly fallback: Step | null;
  readonly origin: Store;
  readonly degraded: readonly Degraded[];
}

const OWN: ReadonlySet<Step> = new Set(['personal', 'affinity', 'similar']);

/** Makes the list a request asks for: fills it, words its reasons, says where it comes from. */
export async function recommend(reader: Reader, request: ListRequest): Promise<List> {
  const { steps, asked, forCustomer, limit, offset, leaveOut } = request;
  const filled = await fillList(reader, steps, { count: offset + limit, leaveOut });
  const picked = filled.slice(offset);
  const first = filled[0]?.candidate ?? null;
  const references = await readReferences(
    reader,
    picked.map(({ candidate }) => candidate),
  );
  return {
    items: picked.map((entry) => itemText(entry, references)),
    personal: forCustomer && first !== null && OWN.has(first.step),
    fallback: fallbackFrom(asked, first?.step ?? 'defaults'),
    origin: first?.origin ?? reader.lastOrigin(),
    degraded: reader.degraded,
  };
}

type Why = Omit<Recommendation, keyof ProductCard>;

/** A card is ready-made JSON: what is said of this recommendation is put before its closing brace. */
function itemText({ candidate, card }: Picked, references: ReadonlyMap<number, Reference>): string {
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
  return `${card.text().slice(0, -1)},${JSON.stringify(why).slice(1)}`;
}

/** An empty list fell through every step, to defaults that hold nothing. */
function fallbackFrom(asked: readonly Step[], given: Step): Step | null {
  return asked.includes(given) ? null : given;
}
