import type { z } from 'zod';
import { invalidInput, PersonalizeError } from './errors.ts';

type Issue = z.core.$ZodIssue;

/** The value at an issue's path, for the message; undefined where the path leads nowhere. */
function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function originalPattern(issue: Issue): string {
  const text = 'pattern' in issue ? String(issue.pattern) : '';
  return text.replace(/^\/\^\(\?:/, '').replace(/\)\$\/u?$/, '');
}

/** A place as AWS writes it: members of lists count from 1, `tags.1.member.tagKey`. */
const placeOf = (path: readonly PropertyKey[]) =>
  path.map((key) => (typeof key === 'number' ? `${key + 1}.member` : String(key))).join('.');

/** Wordings of AWS's own request validation (observed on many services; one clause a constraint). */
function clause(issue: Issue, value: unknown): string {
  if (value === undefined || value === null) return 'Member must not be null';
  const measure = typeof value === 'number' ? 'value' : 'length';
  switch (issue.code) {
    case 'too_small':
      return `Member must have ${measure} greater than or equal to ${issue.minimum}`;
    case 'too_big':
      return `Member must have ${measure} less than or equal to ${issue.maximum}`;
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${originalPattern(issue)}`;
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
    default:
      return issue.message;
  }
}

function describe(issue: Issue, input: unknown): string {
  const value = valueAt(input, issue.path);
  const shown =
    value === undefined || value === null
      ? 'null'
      : `'${typeof value === 'object' ? JSON.stringify(value) : value}'`;
  return `Value ${shown} at '${placeOf(issue.path)}' failed to satisfy constraint: ${clause(issue, value)}`;
}

/** AWS takes a member that is null for one that is not there. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

/** What a member should have been, when its JSON is of another type; null when only its value is wrong. */
function wantedType(issue: Issue, input: unknown): string | null {
  const value = valueAt(input, issue.path) ?? undefined;
  if (value === undefined) return null;
  if (issue.code === 'invalid_type') return issue.expected;
  // An enum's issue is the same for a wrong type and for a wrong text.
  return issue.code === 'invalid_value' && typeof value !== 'string' ? 'string' : null;
}

/** Reads an operation's input: a wrong JSON type is a SerializationException, a broken constraint InvalidInput. */
export function validate<S extends z.ZodType>(schema: S, raw: unknown): z.output<S> {
  const input = withoutNulls(raw);
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  const issues = read.error.issues;
  for (const issue of issues) {
    const wanted = wantedType(issue, input);
    if (wanted === null) continue;
    throw new PersonalizeError(
      'SerializationException',
      `Member '${placeOf(issue.path)}' is not of type ${wanted}.`,
    );
  }
  const count = `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected`;
  throw invalidInput(`${count}: ${issues.map((issue) => describe(issue, input)).join('; ')}`);
}
