import { MAX_INTERACTION_METADATA, MAX_ITEM_FIELDS, MAX_USER_FIELDS } from '../limits.ts';
import { type DatasetFields, type Field, type FieldType, SchemaProblem } from './avro.ts';

type DatasetType = 'INTERACTIONS' | 'USERS' | 'ITEMS';
type Domain = 'ECOMMERCE' | 'VIDEO_ON_DEMAND';
type Types = Readonly<Record<string, readonly FieldType[]>>;

interface TypeRules {
  readonly required: Types;
  /** Fields that a domain's datasets must have besides. */
  readonly ofDomain: Readonly<Partial<Record<Domain, readonly string[]>>>;
  /** Fields with a meaning of their own, and what they must be. */
  readonly reserved: Types;
  /** Of the reserved fields, those that are metadata all the same. */
  readonly metadata: readonly string[];
  readonly minMetadata: number;
  readonly maxMetadata: number;
  readonly maxTextual: number;
}

const TEXT: readonly FieldType[] = ['string'];
const REAL: readonly FieldType[] = ['float', 'double'];
const TIME: readonly FieldType[] = ['long'];

/** Source: developer guide, "Datasets and schemas", with the fields of domain datasets. */
const RULES: Readonly<Record<DatasetType, TypeRules>> = {
  INTERACTIONS: {
    required: { USER_ID: TEXT, ITEM_ID: TEXT, TIMESTAMP: TIME },
    ofDomain: { ECOMMERCE: ['EVENT_TYPE'], VIDEO_ON_DEMAND: ['EVENT_TYPE'] },
    reserved: {
      EVENT_TYPE: TEXT,
      EVENT_VALUE: REAL,
      IMPRESSION: TEXT,
      RECOMMENDATION_ID: TEXT,
      EVENT_ATTRIBUTION_SOURCE: TEXT,
    },
    metadata: [],
    minMetadata: 0,
    maxMetadata: MAX_INTERACTION_METADATA,
    maxTextual: 0,
  },
  USERS: {
    required: { USER_ID: TEXT },
    ofDomain: {},
    reserved: {},
    metadata: [],
    minMetadata: 1,
    maxMetadata: MAX_USER_FIELDS - 1,
    maxTextual: 0,
  },
  ITEMS: {
    required: { ITEM_ID: TEXT },
    ofDomain: {
      ECOMMERCE: ['PRICE', 'CATEGORY_L1'],
      VIDEO_ON_DEMAND: ['GENRES', 'CREATION_TIMESTAMP'],
    },
    reserved: { CREATION_TIMESTAMP: TIME },
    metadata: ['CREATION_TIMESTAMP'],
    minMetadata: 1,
    maxMetadata: MAX_ITEM_FIELDS - 1,
    maxTextual: 1,
  },
};

export function isDatasetType(type: string): type is DatasetType {
  return Object.hasOwn(RULES, type);
}

function checkRequired(type: DatasetType, fields: readonly Field[], domain: string | null): void {
  const { required, ofDomain } = RULES[type];
  for (const [name, expected] of Object.entries(required)) {
    const field = fields.find((one) => one.name === name);
    if (field === undefined) throw new SchemaProblem(`The schema of ${type} must have the field ${name}.`);
    if (!expected.includes(field.type) || field.nullable) {
      throw new SchemaProblem(`The field ${name} must be of type ${expected.join(' or ')}, without null.`);
    }
  }
  const names = new Map(Object.entries(ofDomain)).get(domain ?? '') ?? [];
  const absent = names.find((name) => !fields.some((field) => field.name === name));
  if (absent !== undefined)
    throw new SchemaProblem(`The schema of ${type} in the domain ${domain} must have the field ${absent}.`);
}

function checkMetadata(type: DatasetType, fields: readonly Field[]): void {
  const { required, reserved, metadata, minMetadata, maxMetadata, maxTextual } = RULES[type];
  const odd = fields.find((field) => reserved[field.name]?.includes(field.type) === false);
  if (odd !== undefined)
    throw new SchemaProblem(`The field ${odd.name} must be of type ${reserved[odd.name]?.join(' or ')}.`);
  const own = fields.filter(
    ({ name }) => !(name in required) && (!(name in reserved) || metadata.includes(name)),
  );
  if (own.length < minMetadata)
    throw new SchemaProblem(`The schema of ${type} must have at least ${minMetadata} metadata field.`);
  if (own.length > maxMetadata)
    throw new SchemaProblem(`The schema of ${type} has more than ${maxMetadata} metadata fields.`);
  if (fields.filter(({ textual }) => textual).length > maxTextual)
    throw new SchemaProblem(`The schema of ${type} has more than ${maxTextual} textual fields.`);
}

/** Throws SchemaProblem when the fields do not suit a dataset of that type. `domain` null: a custom group. */
export function checkFields(
  type: DatasetType,
  { recordName, fields }: DatasetFields,
  domain: string | null,
): void {
  if (recordName.toUpperCase() !== type) {
    throw new SchemaProblem(`The schema is of ${recordName}, the dataset of ${type}.`);
  }
  checkRequired(type, fields, domain);
  checkMetadata(type, fields);
}
