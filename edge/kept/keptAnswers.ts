import type { AskedCustomer } from '../access/askedCustomer.ts';
import type { MadeAnswer } from '../answer.ts';
import type { AccessGate, PersonalAccess } from '../content/personalAccess.ts';
import type { Incoming } from '../incoming.ts';
import { placeText } from '../place.ts';
import { createRecentlyUsed } from '../stores/recentlyUsed.ts';
import { whenKnown } from '../whenKnown.ts';
import type { Edition, Editions } from './edition.ts';

/** Whose list an answer holds, and what of it the caller was let see. */
export interface Shown extends AskedCustomer {
  readonly userId: string;
  readonly access: PersonalAccess;
}

export interface KeptAnswer {
  readonly answer: MadeAnswer;
  /** Null: nobody is named. */
  readonly shown: Shown | null;
  /** What it was made of: as it was when the work on it began. */
  readonly edition: Edition;
  /** Whether it depends on where the request came from. */
  readonly placed: boolean;
}

/**
 * Answers that were made, by their address, and where they depend on it by the place of who asks: a question is
 * worked out once for each edition of the shop's data.
 * Who may see a customer's list is decided anew for each request. One per isolate; least recently given out first.
 */
export interface KeptAnswers {
  /** The answer to this request, or null: it has to be made. A promise only when there is something to verify. */
  recall(incoming: Incoming): MadeAnswer | null | Promise<MadeAnswer | null>;
  /** What the answer to a question is made of; null: it cannot be kept. @param now milliseconds since 1970 */
  edition(shown: Shown | null, now: number): Edition | null;
  keep(incoming: Incoming, kept: KeptAnswer, now: number): void;
}

export interface KeptSettings {
  readonly editions: Editions;
  readonly access: AccessGate;
  readonly limitBytes: number;
}

/** Of an entry, besides its body and address: objects, and their places in the memory. */
const ENTRY_BYTES = 500;
/** Some hundred products. What is longer is asked for by machines, each time another. */
const LONGEST = 64_000;
const placedAt = (incoming: Incoming) => `${incoming.url} ${placeText(incoming.request)}`;

export function createKeptAnswers({ editions, access, limitBytes }: KeptSettings): KeptAnswers {
  const answers = createRecentlyUsed<KeptAnswer | 'by place'>(limitBytes);
  // Who may not see a customer's list gets the one for everybody, whatever the customer bought.
  const edition = (shown: Shown | null, now: number) =>
    shown?.access.personal ? editions.customers(now) : editions.shop(now);
  const find = (incoming: Incoming) => {
    const kept = answers.get(incoming.url);
    return kept === 'by place' ? answers.get(placedAt(incoming)) : kept;
  };
  const put = (key: string, kept: KeptAnswer | 'by place', bytes: number) =>
    answers.set(key, kept, bytes + 2 * key.length + ENTRY_BYTES);
  return {
    edition,
    recall(incoming) {
      const kept = find(incoming);
      if (kept === null || kept === 'by place' || kept.edition !== edition(kept.shown, incoming.at))
        return null;
      const { answer, shown } = kept;
      if (shown === null) return answer;
      return whenKnown(access.of(incoming, shown), (allowed) =>
        isAlike(allowed, shown.access) ? answer : null,
      );
    },
    keep(incoming, kept, now) {
      const { byteLength } = kept.answer.body;
      if (byteLength > LONGEST || kept.edition !== edition(kept.shown, now)) return;
      if (kept.placed) put(incoming.url, 'by place', 0);
      put(kept.placed ? placedAt(incoming) : incoming.url, kept, byteLength);
    },
  };
}

function isAlike(one: PersonalAccess, other: PersonalAccess): boolean {
  return (
    one.personal === other.personal &&
    one.purchaseReasons === other.purchaseReasons &&
    one.warning === other.warning &&
    one.provenSource === other.provenSource
  );
}

/** For an edge whose answers are not to be given again. */
export const NOTHING_KEPT: KeptAnswers = {
  recall: () => null,
  edition: () => null,
  keep: () => undefined,
};
