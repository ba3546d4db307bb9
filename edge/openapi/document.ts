import * as z from 'zod';
import { CustomerSegment, ProductFigures } from '../../shared/api/analytics.ts';
import { ProductPair } from '../../shared/api/pairs.ts';
import { PROBLEM_TYPE, Problem } from '../../shared/api/problem.ts';
import {
  CustomerCategory,
  Degraded,
  PageSlot,
  Recommendation,
  RecommendationPart,
} from '../../shared/api/recommendation.ts';
import { type DescribedRead, PARAMETERS, READS } from './reads.ts';

export type Json = Readonly<Record<string, unknown>>;

/**
 * The OpenAPI 3.1 document of the reads, from the schemas the routes themselves check with. Kept as the
 * static asset edge/public/openapi.json: the Worker neither carries nor builds it.
 * @param examples real answers, by the name of the read
 */
export function openApiDocument(examples: Json): Json {
  const named = new Map<string, z.ZodType>([
    ['Recommendation', Recommendation],
    ['RecommendationPart', RecommendationPart],
    ['CustomerCategory', CustomerCategory],
    ['PageSlot', PageSlot],
    ['Degraded', Degraded],
    ['ProductPair', ProductPair],
    ['ProductFigures', ProductFigures],
    ['CustomerSegment', CustomerSegment],
    ['Problem', Problem],
  ]);
  for (const { answer } of READS) named.set(answer.name, answer.schema);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Shop recommendations',
      version: '1',
      description:
        'Every read for a shopper answers with 200, from the best store that can be reached; `source`, `fallback` and `step` say what the answer is. Examples are real answers of a sample shop.',
    },
    servers: [{ url: '/' }],
    paths: Object.fromEntries(READS.map((read) => [read.path, { get: operationOf(read, examples) }])),
    components: { schemas: componentsOf(named) },
  };
}

function operationOf({ name, path, summary, query, answer, ...read }: DescribedRead, examples: Json): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => ({
    name: parameter,
    in: 'path',
    required: true,
    description: PARAMETERS[parameter],
    schema: { type: 'string', maxLength: 256 },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([parameter, schema]) =>
    parameterOf(parameter, schema),
  );
  const parameters = [...inPath, ...inQuery];
  const shown = examples[name];
  return {
    summary,
    operationId: name,
    'x-example-request': read.example,
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: {
      200: {
        description: 'The answer',
        content: contentOf('application/json', answer.name, shown === undefined ? {} : { example: shown }),
      },
      ...(Object.hasOwn(query?.shape ?? {}, 'limit') && name !== 'older'
        ? { 304: { description: 'Nothing changed since the ETag given' } }
        : {}),
      ...(parameters.length > 0 ? { 400: problem('A parameter is not valid') } : {}),
      ...(path.startsWith('/api/v1/analytics')
        ? { 401: problem('A read key with the scope analytics is needed') }
        : {}),
      ...(read.mayBeUnavailable ? { 503: problem('No store that can be reached holds it') } : {}),
    },
  };
}

function problem(description: string): Json {
  return { description, content: contentOf(PROBLEM_TYPE, 'Problem') };
}

function contentOf(type: string, name: string, more: Json = {}): Json {
  return { [type]: { schema: { $ref: `#/components/schemas/${name}` }, ...more } };
}

/** What a parameter means once it is read (a number, a list), or how it is written where that says more. */
function parameterOf(name: string, schema: unknown): Json {
  if (!(schema instanceof z.ZodType)) throw new TypeError(`${name} has no schema`);
  const meant = shapeOf(schema, 'output');
  const { type } = meant;
  return {
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    description: PARAMETERS[name],
    schema: type !== undefined ? meant : shapeOf(schema, 'input'),
    ...(type === 'array' ? { style: 'form', explode: false } : {}),
  };
}

function shapeOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return shape;
}

const ITEM = '#/components/schemas/Recommendation';
/** An item as it is, or with the fields asked for. */
const ITEMS = { anyOf: [{ $ref: ITEM }, { $ref: `${ITEM}Part` }] };

/** All named schemas, each once, referring to each other. */
function componentsOf(named: ReadonlyMap<string, z.ZodType>): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...shape }]) => [id, withParts(shape)]),
  );
}

/** Lists of recommendations may hold parts of them. */
function withParts(shape: Json): Json {
  const text = JSON.stringify(shape).replaceAll(
    `"items":{"$ref":"${ITEM}"}`,
    `"items":${JSON.stringify(ITEMS)}`,
  );
  const parsed: Json = JSON.parse(text);
  return parsed;
}
