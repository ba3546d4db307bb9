import * as z from 'zod';
import { VERSION_TAG } from '../admin/shapes.ts';
import type { Json } from './document.ts';
import type { DescribedOperation } from './operation.ts';

export const PARAMETERS: Readonly<Record<string, string>> = {
  user_id: "The customer's id in any system, up to 256 characters; blank: a guest",
  product_id: "The product's id in any system, up to 256 characters",
  limit: 'How many items, 10 unless told',
  numResults: 'Older name of limit',
  offset: 'How many items to pass over',
  exclude: 'Products to leave out, at most 200',
  exclude_bought: '1: also leave out of the own list what was bought',
  price_min: 'Only products at this price or above it; not above price_max',
  price_max: 'Only products at this price or below it',
  in_stock: '0: also what has sold out since the snapshot, marked available: false',
  province: 'The place to fall back to; case and accents do not count',
  city: 'The place to fall back to; case and accents do not count',
  category:
    "A category's name, or its path joined by >. Of popular the list's category, of similar and cart what fills up; elsewhere only its products are in the list",
  items: 'Products the list is about; none of them is in the answer',
  user: "The customer's id in any system; blank: a guest",
  context: 'Products being looked at',
  fields: 'What to say of each product, besides its product_id; everything unless told',
  slots: 'The lists of the page: reads, each perhaps with its number of items, such as user:8,similar:4',
  strict: '1: refuse parameters nobody knows, instead of naming them in warnings',
  id_source: 'The system whose ids are given; without it ids of any system are accepted',
  before: 'An audit_id: what happened before it',
  rule_id: 'The id that the rule was given',
  snapshot_id: 'The number of the snapshot',
  old: 'Anything: it is gone',
};

const ID: Json = { type: 'string', maxLength: 256 };
const IN_PATH: Readonly<Record<string, Json>> = {
  snapshot_id: { type: 'integer', minimum: 0, maximum: 999_999_999 },
};

/** Of the path, the query and the header. */
export function parametersOf({ path, query, versioned = false }: DescribedOperation): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    ...{ name, in: 'path', required: true, description: PARAMETERS[name] },
    schema: IN_PATH[name] ?? ID,
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => queryParameter(name, schema));
  return [...inPath, ...inQuery, ...(versioned ? [IF_MATCH] : [])];
}

const IF_MATCH: Json = {
  ...{
    name: 'If-Match',
    in: 'header',
    required: true,
    schema: { type: 'string', pattern: VERSION_TAG.source },
  },
  description: 'The version of the rules that was seen, as their ETag gives it: "7"',
};

/** What a parameter means once it is read (a number, a list), or how it is written where that says more. */
function queryParameter(name: string, schema: unknown): Json {
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
