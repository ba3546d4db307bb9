import type { Degraded, Provenance } from '../shared/api/recommendation.ts';
import { CACHE_TAG } from '../shared/caching/purgeSharedCaches.ts';
import { xxhash32 } from '../shared/snapshot/xxhash32.ts';
import { isRefusal } from './access/refusal.ts';
import type { List } from './content/recommend.ts';
import { noteAnswer } from './observe/answerNotes.ts';
import type { Store } from './stores/store.ts';

const JSON_TYPE = 'application/json; charset=UTF-8';
export const SHARED_CACHE = 'public, max-age=60, stale-while-revalidate=600, stale-if-error=86400';
export const OWN_CACHE = 'private, max-age=60';
const encoder = new TextEncoder();

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
  const head = JSON.stringify(subject).slice(0, -1);
  const text = `${head},"recommendations":[${list.items.join()}],${JSON.stringify(around).slice(1)}`;
  const whole = list.degraded.length === 0 && list.rules === 'live';
  noteAnswer(request, {
    source: list.origin.source,
    fallback: list.fallback,
    snapshot: list.origin.facts.snapshot_id,
    age: ageOf(list.origin, now),
    degraded: list.degraded.length,
    personal: list.personal,
    askedPersonal: typeof subject['user_id'] === 'string' && !warnings.some(isRefusal),
  });
  return cachedResponse(request, { text, whole, shared, age: ageOf(list.origin, now) });
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
  const body = encoder.encode(text);
  const about: Record<string, string> = age === null ? {} : { 'snapshot-age': String(age) };
  if (!whole) {
    return new Response(body, {
      headers: { 'content-type': JSON_TYPE, 'cache-control': 'no-store', ...about },
    });
  }
  const etag = etagOf(body);
  const kept = {
    ...about,
    etag,
    'cache-control': shared ? SHARED_CACHE : OWN_CACHE,
    ...(shared ? { 'cache-tag': CACHE_TAG } : {}),
  };
  if (isKnown(request.headers.get('if-none-match'), etag))
    return new Response(null, { status: 304, headers: kept });
  return new Response(body, { headers: { 'content-type': JSON_TYPE, ...kept } });
}

/** Whole seconds since the store's snapshot was made. */
export function ageOf({ facts }: Store, now: number): number | null {
  const made = Date.parse(facts.generated_at ?? '');
  return Number.isNaN(made) ? null : Math.max(0, Math.floor((now - made) / 1_000));
}

export interface AnalyticsAnswer {
  readonly body: Provenance;
  readonly origin: Store;
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
  origin: Store,
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

/** 64 bits tell the versions of one address apart; this is no signature. */
function etagOf(body: Uint8Array): string {
  const hex = (seed: number) => xxhash32(body, seed).toString(16).padStart(8, '0');
  return `"${hex(0)}${hex(1)}"`;
}

/** If-None-Match compares weakly (RFC 9110, 13.1.2). */
function isKnown(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
