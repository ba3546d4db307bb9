import type { Degraded, Provenance } from '../shared/api/recommendation.ts';
import { xxhash32 } from '../shared/snapshot/xxhash32.ts';
import type { List } from './content/recommend.ts';
import type { Store } from './stores/store.ts';

const JSON_TYPE = 'application/json; charset=UTF-8';
const SHARED_CACHE = 'public, max-age=60, stale-while-revalidate=600, stale-if-error=86400';
const OWN_CACHE = 'private, max-age=60';
const encoder = new TextEncoder();

export interface ListAnswer {
  /** What the list was asked for; it opens the envelope. */
  readonly subject: Readonly<Record<string, string | null | readonly string[]>>;
  readonly list: List;
  readonly warnings: readonly string[];
  /** Whether everybody who asks the same gets the same, so that a shared cache may keep it. */
  readonly shared: boolean;
}

/**
 * A list inside its envelope. The body depends on the snapshot and the question only, so its hash is a
 * strong ETag; a degraded answer has none and is not kept, for it is gone as soon as the stores are back.
 */
export function listResponse(request: Request, { subject, list, warnings, shared }: ListAnswer): Response {
  const around = {
    personal: list.personal,
    fallback: list.fallback,
    ...provenance(list.origin, list.degraded, warnings),
  };
  const head = JSON.stringify(subject).slice(0, -1);
  const text = `${head},"recommendations":[${list.items.join()}],${JSON.stringify(around).slice(1)}`;
  const body = encoder.encode(text);
  if (list.degraded.length > 0) {
    return new Response(body, { headers: { 'content-type': JSON_TYPE, 'cache-control': 'no-store' } });
  }
  const etag = etagOf(body);
  const kept = { etag, 'cache-control': shared ? SHARED_CACHE : OWN_CACHE };
  if (isKnown(request.headers.get('if-none-match'), etag))
    return new Response(null, { status: 304, headers: kept });
  return new Response(body, { headers: { 'content-type': JSON_TYPE, ...kept } });
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
