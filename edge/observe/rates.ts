import type { AnswerNote } from './answerNote.ts';

/** Of one isolate, in the window before the present one; null while it had too few answers to tell. */
export interface Rates {
  readonly answers: number;
  /** Share of lists that are not what was asked for. */
  readonly fallback: number | null;
  /** Share of customers asked for that nobody knows. */
  readonly unknown_ids: number | null;
  readonly degraded: number | null;
}

export interface RateMeter {
  /** Counts an answer; true once when the share of unknown ids has jumped. @param now milliseconds since 1970 */
  count(note: AnswerNote, now: number): boolean;
  rates(): Rates;
}

const WINDOW_MS = 5 * 60_000;
const FEWEST = 100;
/** Unknown ids are a jump at this share, and so many times what is usual. */
const JUMP_SHARE = 0.3;
const JUMP_TIMES = 3;

interface Counts {
  answers: number;
  fallback: number;
  degraded: number;
  asked: number;
  unknown: number;
}
const none = (): Counts => ({ answers: 0, fallback: 0, degraded: 0, asked: 0, unknown: 0 });

/** Ids that suddenly match nobody mean that a storefront and the orders no longer speak of the same ids. */
export function createRateMeter(): RateMeter {
  let current = none();
  let before = none();
  let usual: number | null = null;
  let endsAt = 0;
  let told = false;

  function turn(now: number): void {
    if (now < endsAt) return;
    if (current.asked >= FEWEST) {
      const share = current.unknown / current.asked;
      usual = usual === null ? share : 0.8 * usual + 0.2 * share;
    }
    before = current;
    current = none();
    told = false;
    endsAt = now + WINDOW_MS;
  }

  return {
    count(note, now) {
      turn(now);
      current.answers++;
      if (note.fallback !== null) current.fallback++;
      if (note.degraded > 0) current.degraded++;
      if (!note.askedPersonal) return false;
      current.asked++;
      if (!note.personal) current.unknown++;
      const share = current.unknown / current.asked;
      const jumped =
        !told &&
        usual !== null &&
        current.asked >= FEWEST &&
        share >= JUMP_SHARE &&
        share >= JUMP_TIMES * usual;
      told ||= jumped;
      return jumped;
    },
    rates: () => ({
      answers: before.answers,
      fallback: shareOf(before.fallback, before.answers),
      unknown_ids: shareOf(before.unknown, before.asked),
      degraded: shareOf(before.degraded, before.answers),
    }),
  };
}

function shareOf(part: number, all: number): number | null {
  return all < FEWEST ? null : Number((part / all).toFixed(4));
}
