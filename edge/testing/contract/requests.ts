import fc from 'fast-check';
import { anyText, arbitraryOf, type Words } from './arbitraryOf.ts';
import type { JsonSchema, OpenApi, Operation, Parameter } from './openApi.ts';
import type { Validator } from './validator.ts';

/** Whether the document allows what is sent. `unclear`: a spelling of which it says nothing, such as "007". */
export type Verdict = 'valid' | 'invalid' | 'unclear';

interface Written {
  readonly parameter: Parameter;
  readonly text: string;
  readonly verdict: Verdict;
}

export interface FuzzedRequest {
  readonly operation: Operation;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly verdict: Verdict;
  /** The parameters that are wrong. */
  readonly wrong: readonly string[];
}

/** Requests to one operation, made from its schemas: right ones, and wrong in one place or several. */
export function requestsOf(
  operation: Operation,
  { document, validator, words }: { document: OpenApi; validator: Validator; words: Words },
): fc.Arbitrary<FuzzedRequest> {
  const judge = (schema: JsonSchema, value: unknown): Verdict =>
    validator.problemWith(schema, value) === null ? 'valid' : 'invalid';
  const drawn = (schema: JsonSchema) => arbitraryOf(schema, document.schemas, words);

  function written(parameter: Parameter): fc.Arbitrary<Written | null> {
    const right = drawn(parameter.schema).map((value) => textOf(parameter, value));
    const made = fc
      .oneof({ weight: 8, arbitrary: right }, { weight: 1, arbitrary: anyText(words) })
      .map((text) => ({ parameter, text: sendable(parameter, text) }))
      .map((sent) => ({ ...sent, verdict: verdictOf(sent, judge) }));
    const missing = parameter.in === 'path' ? 0 : parameter.required ? 1 : 12;
    return fc.oneof({ weight: missing, arbitrary: fc.constant(null) }, { weight: 5, arbitrary: made });
  }

  const sent = fc.tuple(...operation.parameters.map(written));
  const schema = operation.requestBody?.content['application/json'].schema;
  const body =
    schema === undefined
      ? fc.constant({ text: null, verdict: 'valid' as const })
      : bodies(drawn(schema), schema, judge);
  const extra = fc.option(
    fc.tuple(fc.constantFrom('utm_source', '_', 'constructor', 'ref'), anyText(words)),
    {
      freq: 8,
    },
  );
  return fc.tuple(sent, body, extra).map(([parameters, { text, verdict }, unknown]) => {
    const given = parameters.filter((one) => one !== null);
    const lacking = operation.parameters.filter(
      (parameter, i) => parameter.required && parameters[i] === null,
    );
    const wrong = given.filter((one) => one.verdict === 'invalid').map(({ parameter }) => parameter.name);
    const isStrict = given.some(({ parameter, text: flag }) => parameter.name === 'strict' && flag !== '0');
    const verdicts = [...given.map((one) => one.verdict), verdict];
    return {
      operation,
      path: addressOf(operation.path, given, unknown),
      headers: headersOf(given),
      body: text,
      verdict:
        lacking.length > 0 || verdicts.includes('invalid')
          ? 'invalid'
          : verdicts.includes('unclear') || (isStrict && unknown !== null)
            ? 'unclear'
            : 'valid',
      wrong: [...wrong, ...lacking.map(({ name }) => name), ...(verdict === 'invalid' ? ['the body'] : [])],
    };
  });
}

/** Bodies as described, changed in one place, or no such thing at all. */
function bodies(
  right: fc.Arbitrary<unknown>,
  schema: JsonSchema,
  judge: (schema: JsonSchema, value: unknown) => Verdict,
): fc.Arbitrary<{ text: string; verdict: Verdict }> {
  const changed = fc
    .tuple(right, fc.nat({ max: 20 }), fc.jsonValue({ maxDepth: 2 }))
    .map(([value, at, other]) => withOther(value, at, other));
  const values = fc.oneof(
    { weight: 6, arbitrary: right },
    { weight: 2, arbitrary: changed },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  );
  const judged = values.map((value) => {
    // What is written is what is judged: -0 and undefined do not live through JSON.
    const text = JSON.stringify(value) ?? 'null';
    return { text, verdict: judge(schema, JSON.parse(text)) };
  });
  const broken = fc.constantFrom('', '{', '[[[[[[[[[[[[]]]]]]]]]]]]', '"', '{}x', ' '.repeat(70_000));
  return fc.oneof(
    { weight: 12, arbitrary: judged },
    { weight: 1, arbitrary: broken.map((text) => ({ text, verdict: 'invalid' as const })) },
  );
}

/** One field of an object holds something else, or there is one more. */
function withOther(value: unknown, at: number, other: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return other;
  const names = [...Object.keys(value), 'one_more'];
  return { ...value, [names[at % names.length] ?? 'one_more']: other };
}

function textOf({ schema }: Parameter, value: unknown): string {
  return schema['type'] === 'array' && Array.isArray(value) ? value.join() : String(value);
}

/** What can stand in an address or a header at all. */
function sendable({ in: where }: Parameter, text: string): string {
  if (where === 'header') return text.replace(/[^\x20-\x7e]/g, '').trim();
  // `.` and `..` are resolved before they are sent.
  return where === 'path' ? text.toWellFormed().replace(/^\.{1,2}$/, 'dots') : text.toWellFormed();
}

/** The value that a text means to the schema, or null where the document leaves its spelling open. */
function meaningOf({ schema }: Parameter, text: string): { value: unknown } | null {
  const { type } = schema;
  if (type === 'integer' || type === 'number') {
    if (String(Number(text)) === text && text !== '-0') return { value: Number(text) };
    return /^[\d.]+$/.test(text) ? null : { value: text };
  }
  if (type !== 'array') return { value: text };
  const items = text === '' ? [] : text.split(',');
  return items.every((item) => item.trim() === item && item !== '') ? { value: items } : null;
}

function verdictOf(
  { parameter, text }: Omit<Written, 'verdict'>,
  judge: (schema: JsonSchema, value: unknown) => Verdict,
): Verdict {
  const meaning = meaningOf(parameter, text);
  return meaning === null ? 'unclear' : judge(parameter.schema, meaning.value);
}

function addressOf(
  template: string,
  given: readonly Written[],
  unknown: readonly [string, string] | null,
): string {
  const inPath = new Map(
    given.filter(({ parameter }) => parameter.in === 'path').map((one) => [one.parameter.name, one.text]),
  );
  const path = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(inPath.get(name) ?? ''));
  const query = given
    .filter(({ parameter }) => parameter.in === 'query')
    .map(({ parameter, text }) => [parameter.name, text] as const);
  const all = unknown === null ? query : [...query, [unknown[0], unknown[1].toWellFormed()] as const];
  return all.length === 0
    ? path
    : `${path}?${all.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')}`;
}

function headersOf(given: readonly Written[]): Record<string, string> {
  const own = given.filter(({ parameter }) => parameter.in === 'header');
  return Object.fromEntries(own.map(({ parameter, text }) => [parameter.name, text]));
}
