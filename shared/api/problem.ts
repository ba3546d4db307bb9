import * as z from 'zod';

export const PROBLEM_TYPE = 'application/problem+json';

export const ProblemCode = z.enum([
  'invalid_parameter',
  'not_found',
  'method_not_allowed',
  'gone',
  'unauthorized',
  'forbidden',
  'conflict',
  'version_conflict',
  'version_required',
  'too_large',
  'too_many_requests',
  'not_ready',
  'unavailable',
  'internal_error',
]);
export type ProblemCode = z.infer<typeof ProblemCode>;

/** An error answer as in RFC 9457; `code` is stable, `detail` is for people. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: ProblemCode,
  /** The parameter that is wrong. */
  parameter: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;
