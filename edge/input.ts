import type * as z from 'zod';
import { PathId, Strict } from '../shared/api/query.ts';
import { ACCESS_PARAMETERS } from './access/credentials.ts';
import { queryOf } from './address.ts';
import { readJson } from './limits/readJson.ts';
import { ProblemError } from './problem.ts';

/**
 * The query parameters of a request, checked. Repeated ones are joined by commas where a list is meant
 * (`exclude`, `items`, `context`, `fields`, `slots`), else the first counts. Throws ProblemError naming the
 * parameter that is wrong.
 */
export function readQuery<S extends z.ZodObject>(
  schema: S,
  url: string,
): { readonly query: Readonly<z.infer<S>>; readonly warnings: readonly string[] } {
  if (!url.includes('?')) return withoutParameters(schema);
  const given: Record<string, string> = {};
  const unknown = new Set<string>();
  for (const [name, value] of queryOf(url)) {
    if (ACCESS_PARAMETERS.has(name)) continue;
    if (!Object.hasOwn(schema.shape, name)) unknown.add(name);
    else if (!Object.hasOwn(given, name)) given[name] = value;
    else if (REPEATED.has(name)) given[name] += `,${value}`;
  }
  const query = checked(schema, given);
  const [first] = unknown;
  if (first !== undefined && Strict().safeParse(given).data?.strict) {
    const name = first.slice(0, 64);
    throw new ProblemError('invalid_parameter', `${name} is not a parameter of this address`, name);
  }
  return { query, warnings: warningsOf(unknown) };
}

interface Unasked {
  readonly query: unknown;
  readonly warnings: readonly string[];
}

const unasked = new Map<z.ZodObject, Unasked>();

/** Most addresses have no parameters: what a schema makes of that is found out once. */
function withoutParameters<S extends z.ZodObject>(schema: S) {
  const known = unasked.get(schema) ?? { query: Object.freeze(checked(schema, {})), warnings: [] };
  unasked.set(schema, known);
  return known as { readonly query: Readonly<z.infer<S>>; readonly warnings: readonly string[] };
}

const REPEATED: ReadonlySet<string> = new Set(['exclude', 'items', 'context', 'fields', 'slots']);
const MOST_WARNINGS = 10;

/** The id in a path, or null when it is blank. Throws ProblemError. */
export function readPathId(name: string, text: string | undefined): string | null {
  const parsed = PathId().safeParse(text ?? '');
  if (parsed.success) return parsed.data;
  throw invalid(name, parsed.error);
}

/** The JSON body of a request, checked. Throws ProblemError. */
export async function readSubmitted<S extends z.ZodType>(
  schema: S,
  request: Request,
  longest = LONGEST_BODY,
): Promise<z.infer<S>> {
  return checked(schema, await readJson(request, longest));
}

const LONGEST_BODY = 4_096;

function checked<S extends z.ZodType>(schema: S, given: unknown): z.infer<S> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw invalid(String(parsed.error.issues[0]?.path[0] ?? 'body'), parsed.error);
}

function invalid(name: string, error: z.ZodError): ProblemError {
  return new ProblemError('invalid_parameter', `${name} ${error.issues[0]?.message ?? 'is not valid'}`, name);
}

/** Trackers and proxies add parameters: they are named, not refused. */
function warningsOf(unknown: ReadonlySet<string>): string[] {
  const names = [...unknown].map((name) => name.slice(0, 64));
  const shown = names.slice(0, MOST_WARNINGS).map((name) => `unknown parameter ignored: ${name}`);
  const more = names.length - shown.length;
  return more > 0 ? [...shown, `${more} more unknown parameters ignored`] : shown;
}
