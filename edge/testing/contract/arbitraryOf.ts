import fc from 'fast-check';
import type { JsonSchema } from './openApi.ts';

/** Texts that mean something to the shop under test, or that break careless code. */
export interface Words {
  readonly known: readonly string[];
}

const NASTY = [
  ...['', ' ', '.', '..', '%', '%00', '\0', '\n', '/', '//', '?', '#', ',', ';', '\\', '"'],
  ...['__proto__', 'constructor', 'null', '-0', 'NaN', '1e2', '٣', '007', '0x1f', ' 5', 'true'],
  ...['<script>alert(1)</script>', "' OR 1=1 --", '{"a":1}', '{{7*7}}', '𝒳'.repeat(256), 'é'.repeat(256)],
  'x'.repeat(257),
];

const UNICODE = fc.string({ unit: 'binary', maxLength: 300 });

/** Any text; lone surrogates cannot be sent. */
export function anyText({ known }: Words): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known) },
    { weight: 2, arbitrary: UNICODE },
    { weight: 1, arbitrary: fc.constantFrom(...NASTY) },
  );
}

/**
 * Values as a JSON schema describes them: most of them valid, some at its edges. What a schema cannot be
 * generated from (a pattern with a length) is drawn and left to the validator to judge.
 */
export function arbitraryOf(
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
  words: Words,
): fc.Arbitrary<unknown> {
  const of = (inner: unknown) => arbitraryOf(inner as JsonSchema, schemas, words);
  const { $ref, const: only, enum: values, anyOf, oneOf, type } = schema;
  if (typeof $ref === 'string') return of(schemas[$ref.split('/').at(-1) ?? '']);
  if ('const' in schema) return fc.constant(only);
  if (Array.isArray(values)) return fc.constantFrom(...values);
  const options = anyOf ?? oneOf;
  if (Array.isArray(options)) return fc.oneof(...options.map(of));
  if (Array.isArray(type)) return fc.oneof(...type.map((name) => of({ ...schema, type: name })));
  switch (type) {
    case 'integer':
      return numbers(schema, 1);
    case 'number':
      return numbers(schema, typeof schema['multipleOf'] === 'number' ? schema['multipleOf'] : 0.5);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return arrays(schema, of(schema['items']));
    case 'object':
      return objects(schema, of);
    case 'string':
      return texts(schema, words);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function numbers({ minimum = 0, maximum = 1e9 }: JsonSchema, step: number): fc.Arbitrary<number> {
  const [least, most] = [Number(minimum), Number(maximum)];
  const near = [least, least + step, most, Math.round((least + most) / 2)].filter((value) => value <= most);
  const small = fc.integer({ min: Math.ceil(least), max: Math.min(Math.floor(most), Math.ceil(least) + 60) });
  return fc.oneof({ weight: 4, arbitrary: small }, { weight: 1, arbitrary: fc.constantFrom(...near) });
}

function arrays({ minItems = 0, maxItems = 8 }: JsonSchema, item: fc.Arbitrary<unknown>) {
  const [least, most] = [Number(minItems), Number(maxItems)];
  return fc.oneof(
    { weight: 9, arbitrary: fc.array(item, { minLength: least, maxLength: Math.min(most, least + 4) }) },
    { weight: 1, arbitrary: fc.array(item, { minLength: most, maxLength: most }) },
  );
}

function objects(
  { properties = {}, required = [], propertyNames, additionalProperties }: JsonSchema,
  of: (inner: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  if (propertyNames !== undefined && typeof additionalProperties === 'object')
    return fc.dictionary(of(propertyNames) as fc.Arbitrary<string>, of(additionalProperties), { maxKeys: 4 });
  const fields = Object.entries(properties as Record<string, unknown>).map(
    ([name, inner]) => [name, of(inner)] as const,
  );
  return fc.record(Object.fromEntries(fields), { requiredKeys: required as string[] });
}

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  'date-time': ['2026-01-01T00:00:00Z', '2026-06-01T12:30:00.5+05:00', '2099-12-31T23:59:59Z'],
};

function texts({ pattern, format, maxLength }: JsonSchema, words: Words): fc.Arbitrary<string> {
  if (typeof format === 'string') return fc.constantFrom(...(FORMATS[format] ?? ['']));
  if (typeof pattern !== 'string') return cut(anyText(words), maxLength);
  const matching = words.known.filter((word) => new RegExp(pattern, 'u').test(word));
  const drawn = cut(anyText(words), maxLength).filter((text) => new RegExp(pattern, 'u').test(text));
  // A narrow pattern is generated from; a wide one, with a length, drawn: its characters are a million.
  const made = typeof maxLength === 'number' ? drawn : fc.stringMatching(new RegExp(pattern, 'u'));
  return matching.length > 0 ? fc.oneof(fc.constantFrom(...matching), made) : made;
}

function cut(text: fc.Arbitrary<string>, most: unknown): fc.Arbitrary<string> {
  if (typeof most !== 'number') return text;
  return text.map((drawn) => Array.from(drawn).slice(0, most).join(''));
}
