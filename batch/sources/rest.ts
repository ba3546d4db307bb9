import { z } from 'zod';
import { BatchError } from '../errors.ts';
import type { Kind, RecordOf } from '../ingest/kinds.ts';
import type { Mapping } from '../ingest/mapping.ts';
import { createJsonRequests, HttpRefusal, type JsonAnswer } from './httpRequest.ts';
import { readJsonPage } from './jsonPage.ts';
import { nextPosition, pageUrl, recordsOf } from './restPaging.ts';
import type { RestPart, RestSettings } from './restSettings.ts';
import type { Reading, Source, SourceContext, SourcePage } from './source.ts';

/** Between two syncs `position` is null and `from` the begin of the last one; in the middle of one, the page to read next. */
const RestCursor = z.object({
  /** What this walk asks for: milliseconds since 1970, or everything. */
  from: z.number().nullable(),
  /** When this walk began. */
  started: z.number(),
  position: z.string().nullable(),
  done: z.boolean(),
});
type RestCursor = z.infer<typeof RestCursor>;

/** An ERP, till or shop that answers with pages of JSON. */
export function createRestSource(
  name: string,
  settings: RestSettings & { readonly mapping: Mapping },
  context: SourceContext,
): Source {
  const ask = createJsonRequests(
    {
      source: name,
      headers: { ...settings.headers, ...authorization(settings, context) },
      perSecond: settings.requests_per_second,
      timeoutMs: settings.timeout_seconds * 1000,
    },
    context,
  );
  const read = <K extends Kind>(kind: K): Reading<RecordOf[K]> | null => {
    const part = settings[kind];
    if (part === undefined) return null;
    return (cursor) => walk({ name, kind, part, settings, context, ask }, cursor);
  };
  return { name, products: read('products'), customers: read('customers'), orders: read('orders') };
}

function authorization({ auth }: RestSettings, { secret }: SourceContext): Record<string, string> {
  if (auth === null) return {};
  const token = secret(auth.token_env) ?? '';
  const value = /^basic$/i.test(auth.scheme) ? Buffer.from(token).toString('base64') : token;
  return { [auth.header]: auth.scheme === '' ? value : `${auth.scheme} ${value}` };
}

interface Walk<K extends Kind> {
  readonly name: string;
  readonly kind: K;
  readonly part: RestPart & { readonly complete?: boolean | undefined };
  readonly settings: RestSettings & { readonly mapping: Mapping };
  readonly context: SourceContext;
  readonly ask: (url: URL) => Promise<JsonAnswer>;
}

async function* walk<K extends Kind>(
  reading: Walk<K>,
  cursor: string | null,
): AsyncGenerator<SourcePage<RecordOf[K]>> {
  const { part, kind, settings, context } = reading;
  const complete = kind === 'products' && (part.complete ?? part.since === null);
  let state = beginWalk(cursor, reading, complete);
  let restarts = 0;
  let former = '';
  const held: SourcePage<RecordOf[K]>[] = [];
  for (;;) {
    const answer = await askPage(reading, state);
    if (answer === 'expired') {
      if (restarts++ > 0) throw expiredAgain(reading.name);
      state = { ...state, position: null };
      // What is still held comes again.
      held.length = 0;
      former = '';
      continue;
    }
    const records = recordsOf(answer.body, part.records);
    if (records === undefined) throw unexpected(reading, answer.body);
    // Everything is read: what was rejected before no longer counts.
    const replaces = state.from === null && state.position === null ? { replaces: '' } : {};
    const position = nextPosition(part.paging, {
      answer,
      received: records.length,
      position: state.position,
    });
    const content = JSON.stringify(records);
    // An interface without such pages answers with the same each time.
    if (records.length > 0 && content === former) throw standingStill(reading.name, part.path);
    former = content;
    state = { ...state, position, done: position === null };
    const page = await readJsonPage(records, { kind, mapping: settings.mapping, context });
    held.push({ ...page, ...replaces });
    // Lines of one order may lie on two pages: then only all pages together are whole orders.
    if (part.rows === 'lines' && !state.done) continue;
    const last = { cursor: JSON.stringify(state), complete: complete && state.done };
    for (const [i, part] of held.entries()) yield { ...part, ...(i === held.length - 1 ? last : {}) };
    held.length = 0;
    if (state.done) return;
  }
}

/** Goes on in the middle of a walk, or begins one a little before the last one began. */
function beginWalk<K extends Kind>(
  cursor: string | null,
  { part, settings, context }: Walk<K>,
  complete: boolean,
): RestCursor {
  const before = cursor === null ? null : RestCursor.parse(JSON.parse(cursor));
  if (before !== null && !before.done && !complete && part.rows === 'records') return before;
  const started = context.now();
  const overlap = settings.overlap_minutes * 60_000;
  const since = before === null ? null : before.done ? before.started : before.from;
  const from = part.since === null || since === null ? null : since - (before?.done === true ? overlap : 0);
  return { from, started, position: null, done: false };
}

async function askPage<K extends Kind>(
  { part, settings, ask, name }: Walk<K>,
  { from, position }: RestCursor,
): Promise<JsonAnswer | 'expired'> {
  const base = new URL(settings.base_url);
  const url = pageUrl(base, { part, since: sinceText(part, from), position });
  if (url.origin !== base.origin) throw leadsAway(name, url);
  try {
    return await ask(url);
  } catch (error) {
    const gone = error instanceof HttpRefusal && [400, 404, 410, 422].includes(error.status);
    if (gone && position !== null && (part.paging.style === 'cursor' || part.paging.style === 'link'))
      return 'expired';
    throw error;
  }
}

function sinceText({ since }: RestPart, from: number | null): string | null {
  if (since === null) return null;
  if (from === null) return since.initial === null ? null : String(since.initial);
  const iso = new Date(from).toISOString();
  const texts = { iso, date: iso.slice(0, 10), unix: String(Math.floor(from / 1000)), unix_ms: String(from) };
  return texts[since.format];
}

function unexpected<K extends Kind>({ name, part }: Walk<K>, body: unknown): BatchError {
  const arrays = arraysOf(body);
  const has = arrays.length === 0 ? 'it has no array' : `it has arrays at ${arrays.join(', ')}`;
  return new BatchError({
    code: 'source_unexpected',
    message: `${name} answers ${part.path} without ${part.records === null ? 'exactly one array of records' : `an array at "${part.records}"`}; ${has}.`,
    remedy: 'Set "records" in the sources file to the path of the array.',
  });
}

const DEEPEST = 3;
const MOST_ARRAYS = 20;

/** Paths to the arrays of an answer, where its records may be. */
function arraysOf(body: unknown, path = '', depth = 0): string[] {
  if (Array.isArray(body)) return [`"${path}"`];
  if (typeof body !== 'object' || body === null || depth === DEEPEST) return [];
  return Object.entries(body)
    .flatMap(([key, inner]) => arraysOf(inner, path === '' ? key : `${path}.${key}`, depth + 1))
    .slice(0, MOST_ARRAYS);
}

function leadsAway(name: string, url: URL): BatchError {
  return new BatchError({
    code: 'source_leads_away',
    message: `${name} names ${url.origin} as the place of its next page: it is not followed, as it would be given the token.`,
    remedy: 'If both are one system, let base_url name the address that its links use.',
  });
}

function standingStill(name: string, path: string): BatchError {
  return new BatchError({
    code: 'source_stands_still',
    message: `${name} answers ${path} with the page that was just read, as if it were the next one.`,
    remedy:
      'Check "paging" in the sources file: style, param and next; {"style": "none"} for a list in one piece.',
  });
}

function expiredAgain(name: string): BatchError {
  return new BatchError({
    code: 'source_cursor_expired',
    message: `${name} has twice refused the cursor it gave for the next page.`,
    remedy: 'Check "paging" in the sources file; perhaps its cursors expire faster than pages are read.',
  });
}
