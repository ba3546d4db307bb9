import type { Exchange } from '../protocol/app.ts';
import { type Model, problemsOf } from './model.ts';

/** Answered before any operation: in no operation's list of errors. */
const COMMON = new Set([
  'UnknownOperationException',
  'SerializationException',
  'MissingAuthenticationTokenException',
  'IncompleteSignatureException',
]);

function errorProblems(model: Model, { operation, answer }: Exchange): string[] {
  const type =
    typeof answer === 'object' && answer !== null && '__type' in answer ? String(answer.__type) : '';
  const known = model.operations[operation]?.errors?.some(({ shape }) => shape === type) ?? false;
  return known || COMMON.has(type) ? [] : [`${operation}: error ${type} is not in the model`];
}

/** What of the exchanges is outside Amazon's model. A request that was refused may break it: that is why. */
export function contractProblems(model: Model, exchanges: readonly Exchange[]): string[] {
  const problems = exchanges.flatMap((exchange) => {
    const { operation, request, status, answer } = exchange;
    const known = model.operations[operation];
    if (known === undefined) return status === 200 ? [`${operation}: not in the model`] : [];
    if (status !== 200) return errorProblems(model, exchange);
    const { input, output } = known;
    return [
      ...(input === undefined ? [] : problemsOf(model, input.shape, request, `${operation} request`)),
      ...(output === undefined || answer === undefined
        ? []
        : problemsOf(model, output.shape, answer, `${operation} answer`)),
      ...(output === undefined && answer !== undefined ? [`${operation}: the answer should be empty`] : []),
      ...(output !== undefined && answer === undefined ? [`${operation}: the answer is empty`] : []),
    ];
  });
  return [...new Set(problems)];
}
