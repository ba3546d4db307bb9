import { describe, expect, it } from 'vitest';
import { readAvroSchema } from './avro.ts';
import { checkFields } from './datasetTypes.ts';

type Member = string | number | readonly object[];

const field = (name: string, type: string | readonly string[], more: object = {}) => ({
  name,
  type,
  ...more,
});
const INTERACTIONS = [field('USER_ID', 'string'), field('ITEM_ID', 'string'), field('TIMESTAMP', 'long')];
const ITEMS = [field('ITEM_ID', 'string'), field('CATEGORY', ['null', 'string'], { categorical: true })];

const schema = (name: string, fields: readonly object[], change: Record<string, Member> = {}) =>
  JSON.stringify({
    ...{ type: 'record', name, namespace: 'com.amazonaws.personalize.schema', fields, version: '1.0' },
    ...change,
  });
const check = (text: string, type: 'INTERACTIONS' | 'ITEMS' | 'USERS', domain: string | null = null) =>
  checkFields(type, readAvroSchema(text), domain);

describe('schemas', () => {
  it('are taken with every type, nullable or not, and no more metadata than allowed', () => {
    const metadata = ['int', 'long', 'float', 'double', 'boolean'].map((type, n) =>
      field(`M${n}`, ['null', type]),
    );
    const events = [field('EVENT_TYPE', 'string'), field('EVENT_VALUE', ['float', 'null'])];
    expect(() =>
      check(schema('Interactions', [...INTERACTIONS, ...events, ...metadata]), 'INTERACTIONS'),
    ).not.toThrow();
    const more = [...INTERACTIONS, ...metadata, field('M5', 'int')];
    expect(() => check(schema('Interactions', more), 'INTERACTIONS')).toThrow('more than 5 metadata fields');
  });

  it.each([
    ['no JSON', '{', 'INTERACTIONS', 'The schema is not JSON'],
    ['another namespace', schema('Items', ITEMS, { namespace: 'shop' }), 'ITEMS', "not valid at 'namespace'"],
    ['another version', schema('Items', ITEMS, { version: '2.0' }), 'ITEMS', "not valid at 'version'"],
    ['a version that is a number', schema('Items', ITEMS, { version: 1 }), 'ITEMS', "not valid at 'version'"],
    ['no record', schema('Items', ITEMS, { type: 'array' }), 'ITEMS', "not valid at 'type'"],
    ['no fields', schema('Items', []), 'ITEMS', "not valid at 'fields'"],
    [
      'a nested field',
      schema('Items', [...ITEMS, { name: 'A', type: { type: 'map' } }]),
      'ITEMS',
      "at 'fields.2.type'",
    ],
    ['two types', schema('Items', [...ITEMS, field('A', ['int', 'string'])]), 'ITEMS', 'must have one type'],
    [
      'a field twice',
      schema('Items', [...ITEMS, field('ITEM_ID', 'string')]),
      'ITEMS',
      'names a field twice',
    ],
    [
      'a number of categories',
      schema('Items', [...ITEMS, field('A', 'int', { categorical: true })]),
      'ITEMS',
      'only a string',
    ],
    ['another dataset', schema('Items', ITEMS), 'USERS', 'The schema is of Items, the dataset of USERS'],
    ['no user', schema('Interactions', INTERACTIONS.slice(1)), 'INTERACTIONS', 'must have the field USER_ID'],
    [
      'a nullable id',
      schema('Items', [field('ITEM_ID', ['null', 'string']), field('A', 'int')]),
      'ITEMS',
      'without null',
    ],
    [
      'a time as text',
      schema('Interactions', [...INTERACTIONS.slice(0, 2), field('TIMESTAMP', 'string')]),
      'INTERACTIONS',
      'must be of type long',
    ],
    [
      'a value as text',
      schema('Interactions', [...INTERACTIONS, field('EVENT_VALUE', 'string')]),
      'INTERACTIONS',
      'must be of type float or double',
    ],
    [
      'a creation time as text',
      schema('Items', [...ITEMS, field('CREATION_TIMESTAMP', 'string')]),
      'ITEMS',
      'must be of type long',
    ],
    ['ids alone', schema('Items', ITEMS.slice(0, 1)), 'ITEMS', 'at least 1 metadata field'],
    [
      'two texts',
      schema('Items', [
        ...ITEMS,
        field('A', 'string', { textual: true }),
        field('B', 'string', { textual: true }),
      ]),
      'ITEMS',
      'more than 1 textual',
    ],
  ] as const)('are refused with %s', (_what, text, type, problem) => {
    expect(() => check(text, type)).toThrow(problem);
  });

  it('of a domain have its fields', () => {
    expect(() => check(schema('Items', ITEMS), 'ITEMS', 'ECOMMERCE')).toThrow('must have the field PRICE');
    const items = [
      ...ITEMS,
      field('PRICE', 'float'),
      field('CATEGORY_L1', ['string'], { categorical: true }),
    ];
    expect(() => check(schema('Items', items), 'ITEMS', 'ECOMMERCE')).not.toThrow();
    expect(() => check(schema('Interactions', INTERACTIONS), 'INTERACTIONS', 'VIDEO_ON_DEMAND')).toThrow(
      'EVENT_TYPE',
    );
  });
});
