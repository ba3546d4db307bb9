import type { DescribedRead } from './describedRead.ts';
import type { Json } from './document.ts';
import { PARAMETERS } from './parameters.ts';
import { READS } from './reads.ts';

const REF = '#/components/schemas/';

/**
 * The typed client as TypeScript source, from the OpenAPI document alone: what the document says, the client
 * takes and gives. Its examples are the document's. It has the reads only: it is bundled into storefronts,
 * where an administrator's token must never be.
 */
export function clientSource(document: Json): string {
  const schemas = recordOf(recordOf(document['components'])['schemas']);
  const needed = reachable(schemas, ['Problem', ...READS.map(({ answer }) => answer.name)]);
  const types = Object.entries(schemas)
    .filter(([name]) => needed.has(name) && name !== 'RecommendationPart')
    .map(([name, schema]) => `export interface ${name} ${typeOf(schema)}`);
  const questions = READS.map((read) => questionOf(read, operationOf(document, read)));
  const methods = READS.map((read) => methodOf(read, operationOf(document, read)));
  return [HEAD, ...types, ...questions, FIELDS, CLIENT_HEAD + methods.join('\n') + CLIENT_TAIL].join('\n\n');
}

/** The schemas that some refer to, and those themselves. */
function reachable(schemas: Json, from: readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  for (const name of found) {
    const text = JSON.stringify(schemas[name]);
    for (const [, other = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) found.add(other);
  }
  return found;
}

const HEAD = `// Made from the API's OpenAPI document: UPDATE_OPENAPI=1 npx vitest run edge/openapi
// Types and calls of the recommendation service, for browsers, servers and Workers. No dependencies.`;

const FIELDS = `/** What an answer says of each product when \`fields\` names some. */
export type Shown<F extends keyof Recommendation> = Pick<Recommendation, F | 'product_id'>;
export type WithFields<A, F extends keyof Recommendation> = Omit<A, 'recommendations' | 'slots'> &
  (A extends { recommendations: unknown } ? { recommendations: Shown<F>[] } : unknown) &
  (A extends { slots: readonly (infer S)[] } ? { slots: WithFields<S, F>[] } : unknown);

/** An answer that is none: \`problem.code\` is stable, \`problem.parameter\` names what is wrong. */
export class RecommendationsError extends Error {
  readonly status: number;
  readonly problem: Problem | null;
  constructor(status: number, problem: Problem | null) {
    super(problem?.detail ?? \`the service answered \${status}\`);
    this.status = status;
    this.problem = problem;
  }
}

export interface ClientSettings {
  /** Where the service is, such as https://recommendations.example */
  readonly baseUrl: string;
  /** Sent as Authorization: Bearer: a shopper's token, or a server's read key. */
  readonly token?: string;
  /** Instead of the global fetch. */
  readonly fetch?: (url: string, init: { headers: Record<string, string>; signal?: AbortSignal }) => Promise<Response>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

type Value = string | number | boolean | readonly string[] | null | undefined;`;

const CLIENT_HEAD = `/** One method for each read. Throws RecommendationsError for an answer that is not 200. */
export function createRecommendationsClient({ baseUrl, token, fetch: send = fetch }: ClientSettings) {
  async function call(path: string, query: object, { signal }: CallOptions): Promise<unknown> {
    const url = new URL(path, baseUrl);
    for (const [name, value] of Object.entries<Value>({ ...query })) {
      if (value === undefined || value === null) continue;
      const text = typeof value === 'boolean' ? String(Number(value)) : String(value);
      url.searchParams.set(name, text);
    }
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined) headers['authorization'] = \`Bearer \${token}\`;
    const response = await send(url.href, { headers, ...(signal === undefined ? {} : { signal }) });
    const body: unknown = await response.json().catch(() => null);
    if (response.status === 200) return body;
    throw new RecommendationsError(response.status, body as Problem | null);
  }

  return {
`;
const CLIENT_TAIL = `
  };
}

export type RecommendationsClient = ReturnType<typeof createRecommendationsClient>;
`;

function operationOf(document: Json, { path }: DescribedRead): Json {
  return recordOf(recordOf(recordOf(document['paths'])[path])['get']);
}

function parametersOf(operation: Json): Json[] {
  const { parameters } = operation;
  return Array.isArray(parameters) ? parameters.map(recordOf) : [];
}

function questionName(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}Question`;
}

function questionOf({ name }: DescribedRead, operation: Json): string {
  const lines = parametersOf(operation)
    .filter((parameter) => parameter['name'] !== 'fields')
    .map((parameter) => {
      const key = String(parameter['name']);
      const mark = parameter['required'] === true ? '' : '?';
      return `  /** ${PARAMETERS[key]} */\n  readonly ${key}${mark}: ${parameterType(parameter['schema'])};`;
    });
  return lines.length === 0 ? '' : `export interface ${questionName(name)} {\n${lines.join('\n')}\n}`;
}

function methodOf({ name, path, summary, answer, example }: DescribedRead, operation: Json): string {
  const parameters = parametersOf(operation);
  const inPath = parameters
    .filter((parameter) => parameter['in'] === 'path')
    .map(({ name: key }) => String(key));
  const hasFields = parameters.some((parameter) => parameter['name'] === 'fields');
  const isOptional = parameters.every((parameter) => parameter['required'] !== true);
  const doc = docOf(summary, example, operation);
  const address = `\`${path.replace(/\{(\w+)\}/g, (_, key: string) => `\${encodeURIComponent(${key})}`)}\``;
  const url = inPath.length > 0 ? address : `'${path}'`;
  if (parameters.length === 0) {
    return `${doc}
    async ${name}(options: CallOptions = {}): Promise<${answer.name}> {
      return (await call(${url}, {}, options)) as ${answer.name};
    },`;
  }
  const type = questionName(name);
  const asked = hasFields ? `${type} & { readonly fields?: readonly F[] }` : type;
  const given = hasFields ? `WithFields<${answer.name}, F>` : answer.name;
  const taken = inPath.length > 0 ? `{ ${inPath.join(', ')}, ...query }` : 'query';
  const generic = hasFields ? '<F extends keyof Recommendation = keyof Recommendation>' : '';
  return `${doc}
    async ${name}${generic}(
      ${taken}: ${asked}${isOptional ? ' = {}' : ''},
      options: CallOptions = {},
    ): Promise<${given}> {
      return (await call(${url}, query, options)) as ${given};
    },`;
}

function docOf(summary: string, example: string, operation: Json): string {
  const ok = recordOf(recordOf(operation['responses'])['200']);
  const { example: answer } = recordOf(recordOf(ok['content'])['application/json']);
  const lines = answer === undefined ? [] : JSON.stringify(answer, null, 1).split('\n');
  return ['    /**', `     * ${summary}.`, '     *', `     * GET ${example}`]
    .concat(
      lines.map((line) => `     * ${line.replaceAll('*/', '* /')}`),
      ['     */'],
    )
    .join('\n');
}

/** A flag is written 0 or 1 in an address; here it is a boolean. */
function parameterType(schema: unknown): string {
  const type = typeOf(schema);
  return type.startsWith("'0' | '1'") ? 'boolean' : type;
}

/** A JSON schema as a TypeScript type. */
function typeOf(schema: unknown): string {
  const shape = recordOf(schema);
  const { $ref, enum: values, anyOf, type, items, properties, additionalProperties } = shape;
  if (typeof $ref === 'string') return $ref.slice(REF.length);
  if ('const' in shape) return literal(shape['const']);
  if (Array.isArray(values)) return values.map(literal).join(' | ');
  if (Array.isArray(anyOf)) {
    const options = anyOf.filter((option) => recordOf(option)['$ref'] !== `${REF}RecommendationPart`);
    return options.map(typeOf).join(' | ');
  }
  if (Array.isArray(type)) return type.map((name) => typeOf({ ...shape, type: name })).join(' | ');
  switch (type) {
    case 'array':
      return `readonly ${grouped(typeOf(items))}[]`;
    case 'object':
      return properties === undefined
        ? `Record<string, ${typeOf(additionalProperties)}>`
        : objectType(recordOf(properties), shape['required']);
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    default:
      return 'unknown';
  }
}

function objectType(properties: Json, required: unknown): string {
  const needed = new Set(Array.isArray(required) ? required : []);
  const lines = Object.entries(properties).map(
    ([name, schema]) => `  readonly ${name}${needed.has(name) ? '' : '?'}: ${typeOf(schema)};`,
  );
  return `{\n${lines.join('\n')}\n}`;
}

function grouped(type: string): string {
  return type.includes(' | ') ? `(${type})` : type;
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function recordOf(value: unknown): Json {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value));
}
