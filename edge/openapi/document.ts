import * as z from 'zod';
import { CustomerSegment, ProductFigures } from '../../shared/api/analytics.ts';
import { ProductPair } from '../../shared/api/pairs.ts';
import { Problem } from '../../shared/api/problem.ts';
import {
  CustomerCategory,
  Degraded,
  PageSlot,
  Recommendation,
  RecommendationPart,
} from '../../shared/api/recommendation.ts';
import { RuleDraft } from '../../shared/rules/rule.ts';
import { AuditEntry, RuleEntry, SnapshotEntry } from '../admin/shapes.ts';
import { ADMINISTRATION } from './administration.ts';
import type { DescribedOperation, Proof } from './operation.ts';
import { parametersOf } from './parameters.ts';
import { OLDER, READS } from './reads.ts';
import { HEADERS, problemResponses, responsesOf } from './responses.ts';

export type Json = Readonly<Record<string, unknown>>;

const OPERATIONS: readonly DescribedOperation[] = [...READS, ...OLDER, ...ADMINISTRATION];

/**
 * The OpenAPI 3.1 document of the whole API, from the schemas the routes themselves check with. Kept as the
 * static asset edge/public/openapi.json: the Worker neither carries nor builds it.
 * @param examples real answers, by the name of the read
 */
export function openApiDocument(examples: Json): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'Shop recommendations', version: '1', description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: pathsOf(examples),
    components: {
      schemas: componentsOf(),
      responses: problemResponses(),
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

const DESCRIPTION = `Every read for a shopper answers with 200, from the best store that can be reached; \`source\`, \`fallback\` and \`step\` say what the answer is. Examples are real answers of a sample shop. HEAD is answered as GET, without a body. Another address is answered 404, another method 405 with Allow, both as a Problem.`;

const TAGS: Readonly<Record<DescribedOperation['tag'], string>> = {
  recommendations: 'Lists of products, for everybody or for one customer',
  analytics: 'What the orders tell; needs a read key, but for the pairs of one product',
  service: 'How the service does',
  'older clients': 'Addresses and shapes of the older service',
  administration: 'Rules, snapshots and drills, for named tokens with a role; each change is audited',
};

const bearer = (description: string, bearerFormat: string): Json => ({
  ...{ type: 'http', scheme: 'bearer', bearerFormat, description },
});
const SECURITY_SCHEMES: Json = {
  shopperToken: bearer("A customer's own short-lived token: HS256, audience recommendations", 'JWT'),
  shopperTokenInAddress: {
    ...{ type: 'apiKey', in: 'query', name: 'token' },
    description: 'The same in the address',
  },
  shopifyProxy: {
    ...{ type: 'apiKey', in: 'query', name: 'signature' },
    description: "Shopify's app proxy signs the query; its session tokens are taken as bearer tokens too",
  },
  readKey: bearer('Of a server client, by scope: personal, analytics, bulk', 'key'),
  adminToken: bearer('Of an administrator, by role: viewer, merchandiser, operator', 'token'),
};
const NOTHING: Json = {};
const READ_KEY: Json = { readKey: [] };
/** One of each list is enough; an empty one: nothing is needed. */
const SECURITY: Readonly<Record<Proof, readonly Json[]>> = {
  none: [],
  shopper: [
    ...[NOTHING, { shopperToken: [] }, { shopperTokenInAddress: [] }, { shopifyProxy: [] }],
    READ_KEY,
  ],
  details: [NOTHING, READ_KEY],
  analytics: [READ_KEY],
  administrator: [{ adminToken: [] }],
};

function pathsOf(examples: Json): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of OPERATIONS) {
    const methods = paths[operation.path] ?? {};
    paths[operation.path] = { ...methods, [operation.method]: operationOf(operation, examples) };
  }
  return paths;
}

function operationOf(operation: DescribedOperation, examples: Json): Json {
  const { name, summary, tag, body, proof, example } = operation;
  const parameters = parametersOf(operation);
  return {
    ...{ summary, operationId: name, tags: [tag] },
    ...(example === undefined ? {} : { 'x-example-request': example }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    security: SECURITY[proof],
    responses: responsesOf(operation, examples[name]),
  };
}

function requestBody({ name, example }: { readonly name: string; readonly example: unknown }): Json {
  const schema = { $ref: `#/components/schemas/${name}` };
  return { required: true, content: { 'application/json': { schema, example } } };
}

const PARTS: Readonly<Record<string, z.ZodType>> = {
  ...{
    Recommendation,
    RecommendationPart,
    CustomerCategory,
    PageSlot,
    Degraded,
    ProductPair,
    ProductFigures,
  },
  ...{ CustomerSegment, Problem, Rule: RuleDraft(), RuleEntry: RuleEntry() },
  ...{ SnapshotEntry: SnapshotEntry(), AuditEntry: AuditEntry() },
};

/** All named schemas, each once, referring to each other: of bodies as they are sent, of answers as given. */
function componentsOf(): Json {
  const sent: Record<string, z.ZodType> = {};
  const given: Record<string, z.ZodType> = { ...PARTS };
  for (const { body, answer } of OPERATIONS) {
    if (body) sent[body.name] = body.schema;
    if (answer) given[answer.name] = answer.schema;
  }
  return { ...schemasOf(given, 'output'), ...schemasOf(sent, 'input') };
}

function schemasOf(named: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io, uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...shape }]) => [id, withParts(shape)]),
  );
}

const ITEM = '#/components/schemas/Recommendation';
/** An item as it is, or with the fields asked for. */
const ITEMS = { anyOf: [{ $ref: ITEM }, { $ref: `${ITEM}Part` }] };

/** Lists of recommendations may hold parts of them. */
function withParts(shape: Json): Json {
  const text = JSON.stringify(shape).replaceAll(
    `"items":{"$ref":"${ITEM}"}`,
    `"items":${JSON.stringify(ITEMS)}`,
  );
  const parsed: Json = JSON.parse(text);
  return parsed;
}
