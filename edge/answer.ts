import type { Degraded, Provenance } from '../shared/api/recommendation.ts';
import { CACHE_TAG } from '../shared/caching/purgeSharedCaches.ts';
import { isRefusal } from './access/refusal.ts';
import type { List } from './content/recommend.ts';
import { murmur3Hex } from './murmur3.ts';
import { noteAnswer } from './observe/answerNotes.ts';
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
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A list inside its envelope. */
export function listResponse(
  request: Request,
  { subject, list, warnings, shared, now }: ListAnswer,
): Response {
  const around = {
    personal: list.personal,
    fallback: list.fallback,
    rules: list.rules,
    ...provenance(list.origin, list.degraded, warnings),
  };
  const age = ageOf(list.origin, now);
  const head = JSON.stringify(subject).slice(0, -1);
  const text = `${head},"recommendations":[${joined(list.items)}],${JSON.stringify(around).slice(1)}`;
  const whole = list.degraded.length === 0 && list.rules === 'live';
  noteAnswer(request, {
    source: list.origin.source,
    fallback: list.fallback,
    snapshot: list.origin.facts.snapshot_id,
    age,
    degraded: list.degraded.length,
    personal: list.personal,
    askedPersonal: typeof subject['user_id'] === 'string' && !warnings.some(isRefusal),
  });
  return cachedResponse(request, { text, whole, shared, age });
}

/** As join() does it, but the pieces are copied once only, when the whole is encoded. */
export function joined(texts: readonly string[]): string {
  let all = texts[0] ?? '';
  for (let i = 1; i < texts.length; i++) all += `,${texts[i]}`;
  return all;
}

export interface CachedAnswer {
  readonly text: string;
  /** False: the best stores could not be read. */
  readonly whole: boolean;
  readonly shared: boolean;
  /** Seconds since the snapshot was made; null: unknown. */
  readonly age: number | null;
}

/**
 * An answer that may be kept. Its body depends on the snapshot, what changed since and the question only, so
 * its hash is a strong ETag; one that is not whole has none and is not kept, for it is gone as soon as the
 * stores are back. How old the snapshot is stands in a header, for it changes with the clock.
 */
export function cachedResponse(request: Request, { text, whole, shared, age }: CachedAnswer): Response {
  const headers: Record<string, string> = {
    'content-type': JSON_TYPE,
    'cache-control': whole ? (shared ? SHARED_CACHE : OWN_CACHE) : 'no-store',
  };
  if (age !== null) headers['snapshot-age'] = String(age);
  if (!whole) return new Response(text, { headers });
  if (shared) headers['cache-tag'] = CACHE_TAG;
  const etag = etagOf(text);
  headers['etag'] = etag;
  if (!isKnown(request.headers.get('if-none-match'), etag)) return new Response(text, { headers });
  const { 'content-type': _, ...kept } = headers;
  return new Response(null, { status: 304, headers: kept });
}

/** Whole seconds since the store's snapshot was made. */
export function ageOf({ facts }: Origin, now: number): number | null {
  const made = timeOf(facts.generated_at ?? '');
  return Number.isNaN(made) ? null : Math.max(0, Math.floor((now - made) / 1_000));
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
  request: Request,
  { body, origin, shared, now }: AnalyticsAnswer,
): Response {
  const whole = body.degraded.length === 0;
  return cachedResponse(request, { text: JSON.stringify(body), whole, shared, age: ageOf(origin, now) });
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

/** Hash of the body in UTF-8. 64 bits tell the versions of one address apart; this is no signature. */
function etagOf(text: string): string {
  return `"${murmur3Hex(utf8Of(text))}"`;
}

const encoder = new TextEncoder();
/** Encoding into the same buffer each time is an allocation less; the runtime encodes the body itself. */
const buffer = new Uint8Array(65_536);
/** Of a character of a string in UTF-8. */
const MOST_BYTES = 3;

/** Good until the next call. */
function utf8Of(text: string): Uint8Array {
  if (MOST_BYTES * text.length > buffer.byteLength) return encoder.encode(text);
  return buffer.subarray(0, encoder.encodeInto(text, buffer).written);
}

/** If-None-Match compares weakly (RFC 9110, 13.1.2). */
function isKnown(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
