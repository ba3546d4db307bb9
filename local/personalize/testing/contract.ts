import type { Exchange, ExchangeService } from '../protocol/app.ts';
import { type Model, problemsOf, readServiceModel } from './model.ts';

type Models = Readonly<Record<ExchangeService, Model>>;

/** Amazon's models of the three services; null when they do not lie beside the project. */
export function readModels(): Models | null {
  const [control, runtime, events] = ['personalize', 'personalize-runtime', 'personalize-events'].map(
    readServiceModel,
  );
  if (!control || !runtime || !events) return null;
  return { personalize: control, 'personalize-runtime': runtime, 'personalize-events': events };
}

/** Answered before any operation: in no operation's list of errors. */
const COMMON = new Set([
  'UnknownOperationException',
  'SerializationException',
  'MissingAuthenticationTokenException',
  'IncompleteSignatureException',
]);

/** A request outside the model is refused before its operation is asked, which may not know that error. */
const isRefusedEarly = (type: string, message: string) =>
  COMMON.has(type) || (type === 'InvalidInputException' && /^\d+ validation errors? detected/.test(message));

function errorProblems(model: Model, { operation, answer = {} }: Exchange): string[] {
  const type = '__type' in answer ? String(answer.__type) : '';
  const message = 'message' in answer ? String(answer.message) : '';
  const known = model.operations[operation]?.errors?.some(({ shape }) => shape === type) ?? false;
  return known || isRefusedEarly(type, message) ? [] : [`${operation}: error ${type} is not in the model`];
}

/** Which requests must be of the model: those that were not refused for breaking it, or simply every one. */
type Requests = 'understood' | 'all';

/** What of the exchanges is outside Amazon's model. */
export function contractProblems(
  models: Models,
  exchanges: readonly Exchange[],
  requests: Requests = 'understood',
): string[] {
  const problems = exchanges.flatMap((exchange) => {
    const model = models[exchange.service];
    const { operation, request, status, answer } = exchange;
    const known = model.operations[operation];
    if (known === undefined) return status === 200 ? [`${operation}: not in the model`] : [];
    const { input, output } = known;
    const asked = input === undefined ? [] : problemsOf(model, input.shape, request, `${operation} request`);
    if (status !== 200) return [...(requests === 'all' ? asked : []), ...errorProblems(model, exchange)];
    return [
      ...asked,
      ...(output === undefined || answer === undefined
        ? []
        : problemsOf(model, output.shape, answer, `${operation} answer`)),
      ...(output === undefined && answer !== undefined ? [`${operation}: the answer should be empty`] : []),
      ...(output !== undefined && answer === undefined ? [`${operation}: the answer is empty`] : []),
    ];
  });
  return [...new Set(problems)];
}
