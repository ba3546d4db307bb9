import type { OpenApi, Operation } from './openApi.ts';
import type { Validator } from './validator.ts';

export interface GivenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What of an answer is outside its operation's contract; empty: nothing. */
export function breachesOf(
  operation: Operation,
  answer: GivenAnswer,
  { document, validator }: { document: OpenApi; validator: Validator },
): string[] {
  const documented = document.responseOf(operation, answer.status);
  if (documented === null) return [`status ${answer.status} is not documented`];
  const breaches: string[] = [];
  for (const [name, header] of Object.entries(documented.headers)) {
    const { required, schema } = document.headerOf(header);
    const value = answer.headers.get(name);
    if (value === null) breaches.push(...(required ? [`header ${name} is missing`] : []));
    else breaches.push(...told(`header ${name}: ${value}`, validator.problemWith(schema, value)));
  }
  return [...breaches, ...bodyBreaches(documented.content, answer, validator)];
}

function bodyBreaches(
  content: Readonly<Record<string, { schema: Record<string, unknown> }>>,
  { text, headers }: GivenAnswer,
  validator: Validator,
): string[] {
  const [media] = Object.entries(content);
  if (media === undefined) return text === '' ? [] : ['there is a body'];
  const [type, { schema }] = media;
  const given = headers.get('content-type')?.split(';')[0];
  if (given !== type) return [`content type ${given} instead of ${type}`];
  try {
    return told('the body', validator.problemWith(schema, JSON.parse(text)));
  } catch {
    return ['the body is not JSON'];
  }
}

function told(what: string, problem: string | null): string[] {
  return problem === null ? [] : [`${what}: ${problem}`];
}
