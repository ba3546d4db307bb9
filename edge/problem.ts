import { PROBLEM_TYPE, type Problem, type ProblemCode } from '../shared/api/problem.ts';

const STATUS: Readonly<Record<ProblemCode, number>> = {
  invalid_parameter: 400,
  not_found: 404,
  method_not_allowed: 405,
  gone: 410,
  not_ready: 503,
  internal_error: 500,
};
const TITLES: Readonly<Record<ProblemCode, string>> = {
  invalid_parameter: 'A parameter is not valid',
  not_found: 'There is nothing at this address',
  method_not_allowed: 'This address does not take this method',
  gone: 'This address has been replaced',
  not_ready: "The shop's lists cannot be reached",
  internal_error: 'The request could not be answered',
};

/** An error a client can act upon; thrown anywhere, answered in one place. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(code: ProblemCode, detail: string, parameter?: string) {
    super(detail);
    const named = parameter === undefined ? {} : { parameter };
    this.problem = { type: 'about:blank', title: TITLES[code], status: STATUS[code], detail, code, ...named };
  }
}

/** The one place where errors become answers. Nothing of the inside is shown. */
export function problemResponse({ problem }: ProblemError): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' },
  });
}
