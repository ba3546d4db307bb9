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
  return `Value ${shown} at '${issue.path.join('.')}' failed to satisfy constraint: ${clause(issue, value)}`;
}

/** Reads an operation's input: a wrong JSON type is a SerializationException, a broken constraint InvalidInput. */
export function validate<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  const issues = read.error.issues;
  const wrongType = issues.find(
    (issue) => issue.code === 'invalid_type' && (valueAt(input, issue.path) ?? undefined) !== undefined,
  );
  if (wrongType?.code === 'invalid_type') {
    throw new PersonalizeError(
      'SerializationException',
      `Member '${wrongType.path.join('.')}' is not of type ${wrongType.expected}.`,
    );
  }
  const count = `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected`;
  throw invalidInput(`${count}: ${issues.map((issue) => describe(issue, input)).join('; ')}`);
}
