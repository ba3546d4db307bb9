import * as z from 'zod';
import { ProductPair } from '../../shared/api/pairs.ts';
import { PROBLEM_TYPE, Problem } from '../../shared/api/problem.ts';
import { Degraded, Recommendation } from '../../shared/api/recommendation.ts';
import { type DescribedRead, PARAMETERS, READS } from './reads.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * The OpenAPI 3.1 document of the reads, from the schemas the routes themselves check with. Kept as the
 * static asset edge/public/openapi.json: the Worker neither carries nor builds it.
 */
export function openApiDocument(): Json {
  const named = new Map<string, z.ZodType>([
    ['Recommendation', Recommendation],
    ['Degraded', Degraded],
    ['ProductPair', ProductPair],
    ['Problem', Problem],
  ]);
  for (const { answer } of READS) named.set(answer.name, answer.schema);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Shop recommendations',
      version: '1',
      description:
        'Every read answers a shopper with 200, from the best store that can be reached; `source`, `fallback` and `step` say what the answer is.',
    },
    servers: [{ url: '/' }],
    paths: Object.fromEntries(READS.map((read) => [read.path, { get: operationOf(read) }])),
    components: { schemas: componentsOf(named) },
  };
}

function operationOf({ path, summary, query, answer }: DescribedRead): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: PARAMETERS[name],
    schema: { type: 'string', maxLength: 256 },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => parameterOf(name, schema));
  const parameters = [...inPath, ...inQuery];
  return {
    summary,
    operationId: path
      .replace(/^\/api\/v1\//, '')
      .replace(/[^a-z]+/g, '_')
      .replace(/^_|_$/g, ''),
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: {
      200: { description: 'The answer', content: contentOf('application/json', answer.name) },
      ...(query === null ? {} : { 304: { description: 'Nothing changed since the ETag given' } }),
      ...(parameters.length > 0
        ? { 400: { description: 'A parameter is not valid', content: contentOf(PROBLEM_TYPE, 'Problem') } }
        : {}),
    },
  };
}

function contentOf(type: string, name: string): Json {
  return { [type]: { schema: { $ref: `#/components/schemas/${name}` } } };
}

/** What a parameter means once it is read (a number, a list), or how it is written where that says more. */
function parameterOf(name: string, schema: unknown): Json {
  if (!(schema instanceof z.ZodType)) throw new TypeError(`${name} has no schema`);
  const meant = shapeOf(schema, 'output');
  const { type } = meant;
  return {
    name,
    in: 'query',
    required: false,
    description: PARAMETERS[name],
    schema: type !== undefined ? meant : shapeOf(schema, 'input'),
    ...(type === 'array' ? { style: 'form', explode: false } : {}),
  };
}

function shapeOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...shape } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return shape;
}

/** All named schemas, each once, referring to each other. */
function componentsOf(named: ReadonlyMap<string, z.ZodType>): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...shape }]) => [id, shape]),
  );
}
