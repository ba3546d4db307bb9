import type { Degraded, Provenance } from '../shared/api/recommendation.ts';
import { CACHE_TAG } from '../shared/caching/purgeSharedCaches.ts';
import { isRefusal } from './access/refusal.ts';
import type { List } from './content/recommend.ts';
import type { Incoming } from './incoming.ts';
import type { Question } from './lists/question.ts';
import { murmur3Hex } from './murmur3.ts';
import type { AnswerNote } from './observe/answerNote.ts';
import { PROTECTION } from './protection.ts';
import type { Origin } from './stores/store.ts';

const JSON_TYPE = 'application/json; charset=UTF-8';
export const SHARED_CACHE = 'public, max-age=60, stale-while-revalidate=600, stale-if-error=86400';
export const OWN_CACHE = 'private, max-age=60';

export interface ListAnswer {
  /** What the list was asked for; it opens the envelope. */
  readonly subject: Readonly<Record<string, unknown>>;
  readonly list: List;
  readonly warnings: readonly string[];
  /** Whether everybody who asks the same gets the same, so that a shared cache may keep it. */
  readonly shared: boolean;
}

/** A list inside its envelope. */
export function listResponse(question: Question, { subject, list, warnings, shared }: ListAnswer): Response {
  const { origin } = list;
  const around = {
    personal: list.personal,
    fallback: list.fallback,
    rules: list.rules,
    ...provenance(origin, list.degraded, warnings),
  };
  const head = JSON.stringify(subject).slice(0, -1);
  const text = `${head},"recommendations":[${joined(list.items)}],${JSON.stringify(around).slice(1)}`;
  const whole = list.degraded.length === 0 && list.rules === 'live';
  const note = {
    source: origin.source,
    fallback: list.fallback,
    snapshot: origin.facts.snapshot_id,
    degraded: list.degraded.length,
    personal: list.personal,
    askedPersonal: typeof subject['user_id'] === 'string' && !warnings.some(isRefusal),
  };
  return questionResponse(question, { text, whole, shared, origin, note });
}

/** The answer to a question: kept, where it may be given again. */
export function questionResponse(question: Question, answer: Answer): Response {
  const { edge, incoming, edition, shown } = question;
  const made = madeOf(answer);
  const now = edge.clock.now();
  if (answer.whole && edition !== null)
    edge.kept.keep(incoming, { answer: made, shown, edition, placed: question.usesOwnPlace() }, now);
  return givenResponse(incoming, made, now);
}

/** As join() does it, but the pieces are copied once only, when the whole is encoded. */
export function joined(texts: readonly string[]): string {
  let all = texts[0] ?? '';
  for (let i = 1; i < texts.length; i++) all += `,${texts[i]}`;
  return all;
}

export interface Answer {
  readonly text: string;
  /** False: the best stores could not be read. */
  readonly whole: boolean;
  readonly shared: boolean;
  /** Where it comes from: says how old it is. */
  readonly origin: Origin;
  /** For the log; null: it is not noted. */
  readonly note: AnswerNote | null;
}

/**
 * An answer without what belongs to the moment in which it is given. Its body depends on the snapshot, what
 * changed since and the question only, so its hash is a strong ETag; one that is not whole has none and is not
 * kept, for it is gone as soon as the stores are back.
 */
export interface MadeAnswer {
  readonly body: Uint8Array;
  /** Null: not whole. */
  readonly etag: string | null;
  readonly shared: boolean;
  /** When the snapshot was made, milliseconds since 1970; NaN: unknown. */
  readonly madeAt: number;
  readonly note: Answer['note'];
}

const encoder = new TextEncoder();

function madeOf({ text, whole, shared, origin, note }: Answer): MadeAnswer {
  const body = encoder.encode(text);
  // 64 bits tell the versions of one address apart; this is no signature.
  const etag = whole ? `"${murmur3Hex(body)}"` : null;
  return { body, etag, shared, madeAt: timeOf(origin.facts.generated_at ?? ''), note };
}

/**
 * The headers of answers of a kind: all but the ETag, by the age of their snapshot. Headers are copied four times
 * as fast as they are set one by one, and nearly all answers of a second are of one snapshot.
 */
function headersByAge(own: Readonly<Record<string, string>>): (age: number | null) => Headers {
  const all = { ...PROTECTION, 'content-type': JSON_TYPE, 'server-timing': 'io;dur=0', ...own };
  let last = { age: null as number | null, headers: new Headers(all) };
  return (age) => {
    if (last.age !== age)
      last = { age, headers: new Headers(age === null ? all : { ...all, 'snapshot-age': String(age) }) };
    return last.headers;
  };
}
const SHARED = headersByAge({ 'cache-control': SHARED_CACHE, 'cache-tag': CACHE_TAG });
const OWN = headersByAge({ 'cache-control': OWN_CACHE, vary: 'authorization, sec-gpc' });
const PASSING = headersByAge({ 'cache-control': 'no-store' });

/**
 * Gives an answer, perhaps again. How old the snapshot is stands in a header, for it changes with the clock.
 * @param now milliseconds since 1970
 */
export function givenResponse(incoming: Incoming, answer: MadeAnswer, now: number): Response {
  const { body, etag, shared, madeAt, note } = answer;
  // Whole seconds since the snapshot was made.
  const age = Number.isNaN(madeAt) ? null : Math.max(0, Math.floor((now - madeAt) / 1_000));
  incoming.note = note;
  incoming.snapshotAge = age;
  if (etag === null) return new Response(body, { headers: PASSING(age) });
  const isSeen = isKnown(incoming.headers.get('if-none-match'), etag);
  const response = new Response(isSeen ? null : body, {
    status: isSeen ? 304 : 200,
    headers: shared ? SHARED(age) : OWN(age),
  });
  const { headers } = response;
  headers.set('etag', etag);
  if (isSeen) headers.delete('content-type');
  return response;
}

/** Reading a date takes as long as encoding an answer, and nearly all answers are of one snapshot. */
let lastRead = { text: '', time: Number.NaN };

function timeOf(text: string): number {
  if (lastRead.text !== text) lastRead = { text, time: Date.parse(text) };
  return lastRead.time;
}

export interface AnalyticsAnswer {
  readonly body: Provenance;
  readonly origin: Origin;
  /** Whether everybody may read it. */
  readonly shared: boolean;
  readonly now: number;
}

/** Analytics of a snapshot: they change with it only. */
export function analyticsResponse(
  incoming: Incoming,
  { body, origin, shared, now }: AnalyticsAnswer,
): Response {
  const whole = body.degraded.length === 0;
  const made = madeOf({ text: JSON.stringify(body), whole, shared, origin, note: null });
  return givenResponse(incoming, made, now);
}

/** An answer about the Worker itself, or one that is cheap to make: never kept. */
export function jsonResponse(body: unknown): Response {
  return new Response(JSON.stringify(body), {
    headers: { 'content-type': JSON_TYPE, 'cache-control': 'no-store' },
  });
}

export function provenance(
  origin: Origin,
  degraded: readonly Degraded[],
  warnings: readonly string[],
): Provenance {
  return {
    source: origin.source,
    snapshot: origin.facts.snapshot_id,
    generated_at: origin.facts.generated_at,
    degraded: [...degraded],
    warnings: [...warnings],
  };
}

/** If-None-Match compares weakly (RFC 9110, 13.1.2). */
function isKnown(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
