import { z } from 'zod';
import { editDistance } from './editDistance.ts';

/**
 * Reads settings by their schema. Every problem is named where it is; a name that does not exist with those that do, the
 * most similar first.
 * @param at where the settings stand, for the problems
 */
export function readSettings<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: readonly string[] = [],
): { readonly settings: z.infer<Schema> } | { readonly problems: readonly string[] } {
  const answer = schema.safeParse(value, { error: nameAllowed });
  if (answer.success) return { settings: answer.data };
  return { problems: answer.error.issues.flatMap((issue) => problemLines(issue, at)) };
}

const nameAllowed: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'unrecognized_keys' && issue.inst instanceof z.ZodObject) {
    const names = Object.keys(issue.inst.shape);
    return issue.keys.map((key) => `there is no "${key}"; allowed: ${bySimilarity(key, names)}`).join('; ');
  }
  if (issue.code === 'invalid_union' && issue.inst instanceof z.ZodDiscriminatedUnion) {
    const { discriminator } = issue.inst.def;
    const names = [...(issue.inst._zod.propValues?.[discriminator] ?? [])].map(String);
    const given = z.looseObject({}).safeParse(issue.input).data?.[discriminator];
    return given === undefined
      ? `is missing; allowed: ${names.join(', ')}`
      : `there is no "${given}"; allowed: ${bySimilarity(String(given), names)}`;
  }
  return undefined;
};

/** Of a value that may be of several kinds, what is wrong with it as that kind which it is. */
function problemLines(issue: z.core.$ZodIssue, at: readonly string[]): string[] {
  const here = [...at, ...issue.path.map(String)];
  if (issue.code === 'invalid_union') {
    const kind = issue.errors.find((issues) => !issues.some(isOtherKind));
    if (kind !== undefined) return kind.flatMap((one) => problemLines(one, here));
  }
  return [`${here.join('.') || '(whole file)'}: ${issue.message}`];
}

function isOtherKind(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function bySimilarity(name: string, names: readonly string[]): string {
  const far = new Map(names.map((other) => [other, editDistance(name.toLowerCase(), other)]));
  return [...names].sort((a, b) => (far.get(a) ?? 0) - (far.get(b) ?? 0)).join(', ');
}
