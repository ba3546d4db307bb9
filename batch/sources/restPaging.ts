import { arrayAt, parseJsonPath, valueAt } from '../ingest/jsonPath.ts';
import type { JsonAnswer } from './httpRequest.ts';
import type { Paging, RestPart } from './restSettings.ts';

/** Where a walk through the pages stands: a number, a cursor or an address, as text. */
export type Position = string;

/** The address of a page. @param position null for the first */
export function pageUrl(
  base: URL,
  {
    part,
    since,
    position,
  }: { readonly part: RestPart; readonly since: string | null; readonly position: Position | null },
): URL {
  const { paging } = part;
  if (paging.style === 'link' && position !== null) return new URL(position, base);
  const url = new URL(`${base.href.replace(/\/$/, '')}/${part.path.replace(/^\//, '')}`);
  for (const [name, value] of Object.entries(part.params)) url.searchParams.set(name, String(value));
  if (part.since !== null && since !== null) url.searchParams.set(part.since.param, since);
  if (paging.style !== 'none' && paging.size_param !== null)
    url.searchParams.set(paging.size_param, String(paging.size));
  if (paging.style === 'page') url.searchParams.set(paging.param, position ?? String(paging.first));
  if (paging.style === 'offset') url.searchParams.set(paging.param, position ?? '0');
  if (paging.style === 'cursor' && position !== null) url.searchParams.set(paging.param, position);
  return url;
}

interface PageRead {
  readonly answer: JsonAnswer;
  readonly received: number;
  readonly position: Position | null;
}

/** The next page, or null after the last. */
export function nextPosition(paging: Paging, { answer, received, position }: PageRead): Position | null {
  switch (paging.style) {
    case 'none':
      return null;
    case 'page': {
      const page = Number(position ?? paging.first);
      const pages = paging.pages === null ? null : Number(textAt(answer.body, paging.pages));
      const last = pages === null || Number.isNaN(pages) ? received === 0 : page - paging.first + 1 >= pages;
      return last ? null : String(page + 1);
    }
    case 'offset':
      return received === 0 ? null : String(Number(position ?? 0) + received);
    case 'cursor':
      return textAt(answer.body, paging.next) || null;
    case 'link':
      return (
        (paging.next === null ? linkOf(answer.headers.get('link')) : textAt(answer.body, paging.next)) || null
      );
  }
}

function textAt(body: unknown, path: string): string {
  const value = valueAt(body, parseJsonPath(path).steps);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The address marked rel="next" (RFC 8288). */
function linkOf(header: string | null): string {
  for (const link of (header ?? '').split(/,(?=\s*<)/)) {
    const match = /<([^>]*)>(.*)/.exec(link);
    if (match !== null && /;\s*rel="?([^";]*\s)?next(\s[^";]*)?"?/i.test(match[2] ?? ''))
      return match[1] ?? '';
  }
  return '';
}

/** The records of an answer; undefined when it holds none where they should be. */
export function recordsOf(body: unknown, path: string | null): readonly unknown[] | undefined {
  if (path !== null) return arrayAt(body, parseJsonPath(path).steps);
  if (Array.isArray(body)) return body;
  const arrays = Object.values(body ?? {}).filter((value) => Array.isArray(value));
  return arrays.length === 1 ? arrays[0] : undefined;
}
