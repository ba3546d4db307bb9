import * as z from 'zod';

/** Text of at most so many characters, counted as JSON Schema and people count: a pair of surrogates is one. */
export function textUpTo(most: number, error = `must have at most ${most} characters`) {
  return z
    .string()
    .refine(
      (text) => text.length <= most || (text.length <= 2 * most && Array.from(text).length <= most),
      error,
    )
    .meta({ maxLength: most });
}
