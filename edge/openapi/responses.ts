import { PROBLEM_TYPE, ProblemCode } from '../../shared/api/problem.ts';
import { OWN_CACHE, SHARED_CACHE } from '../answer.ts';
import { PROBLEM_HEADERS, PROBLEM_STATUS, PROBLEM_TITLES } from '../problem.ts';
import type { Json } from './document.ts';
import type { DescribedOperation } from './operation.ts';

/** Headers that answers carry, by their name in the document. */
export const HEADERS = {
  ServerTiming: header('What was waited for, in milliseconds: all, and each store', {
    pattern: '^io;dur=\\d+(, (kv|postgres);dur=\\d+){0,2}$',
  }),
  NoSniff: header('', { const: 'nosniff' }),
  TransportSecurity: header('', { const: 'max-age=31536000' }),
  NoStore: header('It is never kept', { const: 'no-store' }),
  Kept: header('Who may keep the answer, and for how long; a degraded one is not kept', {
    enum: [SHARED_CACHE, OWN_CACHE, 'no-store'],
  }),
  ETag: header('Hash of the body; a degraded answer has none', { pattern: '^"[0-9a-f]{16}"$' }, false),
  Version: header('The version of the rules, for If-Match', { pattern: '^"\\d+"$' }),
  SnapshotAge: header('Seconds since the snapshot was made', { pattern: '^\\d+$' }, false),
  RetryAfter: header('Seconds after which to ask again', { pattern: '^\\d+$' }),
  Authenticate: header('', { const: 'Bearer' }),
} as const;

function header(description: string, schema: Json, required = true): Json {
  return { ...(description === '' ? {} : { description }), required, schema: { type: 'string', ...schema } };
}

const headers = (named: Readonly<Record<string, keyof typeof HEADERS>>): Json =>
  Object.fromEntries(
    Object.entries({
      'Server-Timing': 'ServerTiming',
      'X-Content-Type-Options': 'NoSniff',
      'Strict-Transport-Security': 'TransportSecurity',
      ...named,
    }).map(([name, id]) => [name, { $ref: `#/components/headers/${id}` }]),
  );

/** One response for each kind of problem. */
export function problemResponses(): Json {
  return Object.fromEntries(ProblemCode.options.map((code) => [code, problemOf(code)]));
}

const NAMES: Readonly<Record<string, keyof typeof HEADERS>> = {
  'retry-after': 'RetryAfter',
  'www-authenticate': 'Authenticate',
};

function problemOf(code: ProblemCode): Json {
  const own = Object.keys(PROBLEM_HEADERS[code] ?? {}).map((name) => [
    titled(name),
    NAMES[name] ?? 'NoStore',
  ]);
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }],
    properties: { code: { const: code }, status: { const: PROBLEM_STATUS[code] } },
  };
  return {
    description: PROBLEM_TITLES[code],
    headers: headers({ 'Cache-Control': 'NoStore', ...Object.fromEntries(own) }),
    content: { [PROBLEM_TYPE]: { schema } },
  };
}

const titled = (name: string) => name.replace(/(^|-)(\w)/g, (text) => text.toUpperCase());

/** What an operation answers, by status. */
export function responsesOf({ answer, caching, problems }: DescribedOperation, example: unknown): Json {
  const cached = { 'Cache-Control': 'Kept', ETag: 'ETag', 'Snapshot-Age': 'SnapshotAge' } as const;
  const plain = { 'Cache-Control': 'NoStore' } as const;
  const given =
    caching === 'cached' ? cached : caching === 'etag' ? { ...plain, ETag: 'Version' as const } : plain;
  const schema = { $ref: `#/components/schemas/${answer?.name}` };
  return {
    ...(answer === null
      ? {}
      : {
          [answer.status]: {
            description: 'The answer',
            headers: headers(given),
            content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
          },
        }),
    ...(caching === 'cached'
      ? { 304: { description: 'Nothing changed since the ETag given', headers: headers(cached) } }
      : {}),
    ...Object.fromEntries(
      problems.map((code) => [PROBLEM_STATUS[code], { $ref: `#/components/responses/${code}` }]),
    ),
  };
}
