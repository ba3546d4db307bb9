import type { Degraded, Provenance } from '../shared/api/recommendation.ts';
import type { List } from './content/recommend.ts';
import type { Store } from './stores/store.ts';

const JSON_TYPE = 'application/json; charset=UTF-8';

/** A list inside its envelope: what it was asked for, the items, where it all comes from. */
export function listResponse(
  subject: Readonly<Record<string, string | null>>,
  list: List,
  warnings: readonly string[],
): Response {
  const around = {
    personal: list.personal,
    fallback: list.fallback,
    ...provenance(list.origin, list.degraded, warnings),
  };
  const head = JSON.stringify(subject).slice(0, -1);
  const body = `${head},"recommendations":[${list.items.join()}],${JSON.stringify(around).slice(1)}`;
  return new Response(body, { headers: { 'content-type': JSON_TYPE, 'cache-control': cacheControl(list) } });
}

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

/** A degraded answer is gone as soon as the stores are back; a list may depend on who or where asks. */
function cacheControl(list: List): string {
  return list.degraded.length > 0 ? 'no-store' : 'private, max-age=60';
}
