import { PROBLEM_TYPE, type Problem, type ProblemCode } from '../shared/api/problem.ts';

export const PROBLEM_STATUS: Readonly<Record<ProblemCode, number>> = {
  invalid_parameter: 400,
  not_found: 404,
  method_not_allowed: 405,
  gone: 410,
  unauthorized: 401,
  forbidden: 403,
  conflict: 409,
  version_conflict: 412,
  version_required: 428,
  too_large: 413,
  too_many_requests: 429,
  not_ready: 503,
  unavailable: 503,
  internal_error: 500,
};
export const PROBLEM_TITLES: Readonly<Record<ProblemCode, string>> = {
  invalid_parameter: 'A parameter is not valid',
  not_found: 'There is nothing at this address',
  method_not_allowed: 'This address does not take this method',
  gone: 'This address has been replaced',
  unauthorized: 'A valid token is needed',
  forbidden: "The token's role does not allow this",
  conflict: 'This cannot be done now',
  version_conflict: 'Somebody else has changed this meanwhile',
  version_required: 'The version seen must be given',
  too_large: 'The body is too large',
  too_many_requests: 'Too many requests',
  not_ready: "The shop's lists cannot be reached",
  unavailable: 'A store that is needed cannot be reached',
  internal_error: 'The request could not be answered',
};

/** Headers that belong to a code; times are seconds. */
export const PROBLEM_HEADERS: Partial<Record<ProblemCode, Readonly<Record<string, string>>>> = {
  unauthorized: { 'www-authenticate': 'Bearer' },
  conflict: { 'retry-after': '30' },
  too_many_requests: { 'retry-after': '60' },
  not_ready: { 'retry-after': '5' },
  unavailable: { 'retry-after': '5' },
};

/** An error a client can act upon; thrown anywhere, answered in one place. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(code: ProblemCode, detail: string, parameter?: string) {
    super(detail);
    const named = parameter === undefined ? {} : { parameter };
    this.problem = {
      type: 'about:blank',
      title: PROBLEM_TITLES[code],
      status: PROBLEM_STATUS[code],
      detail,
      code,
      ...named,
    };
  }
}

/** The one place where errors become answers. Nothing of the inside is shown. */
export function problemResponse({ problem }: ProblemError): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...PROBLEM_HEADERS[problem.code], 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' },
  });
}
