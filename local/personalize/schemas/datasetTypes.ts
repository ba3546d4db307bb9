import { MAX_INTERACTION_METADATA, MAX_ITEM_FIELDS, MAX_USER_FIELDS } from '../limits.ts';
import { type DatasetFields, type FieldType, SchemaProblem } from './avro.ts';

type DatasetType = 'INTERACTIONS' | 'USERS' | 'ITEMS';

interface TypeRules {
  readonly required: Readonly<Record<string, FieldType>>;
  /** Fields with a meaning of their own, which are not metadata. */
  readonly reserved: readonly string[];
  readonly minMetadata: number;
  readonly maxMetadata: number;
  readonly maxTextual: number;
}

const RULES: Readonly<Record<DatasetType, TypeRules>> = {
  INTERACTIONS: {
    required: { USER_ID: 'string', ITEM_ID: 'string', TIMESTAMP: 'long' },
    reserved: ['EVENT_TYPE', 'EVENT_VALUE', 'IMPRESSION', 'RECOMMENDATION_ID', 'EVENT_ATTRIBUTION_SOURCE'],
    minMetadata: 0,
    maxMetadata: MAX_INTERACTION_METADATA,
    maxTextual: 0,
  },
  USERS: {
    required: { USER_ID: 'string' },
    reserved: [],
    minMetadata: 1,
    maxMetadata: MAX_USER_FIELDS - 1,
    maxTextual: 0,
  },
  ITEMS: {
    required: { ITEM_ID: 'string' },
    reserved: [],
    minMetadata: 1,
    maxMetadata: MAX_ITEM_FIELDS - 1,
    maxTextual: 1,
  },
};

export function isDatasetType(type: string): type is DatasetType {
  return Object.hasOwn(RULES, type);
}

/** Throws SchemaProblem when the fields do not suit a dataset of that type. */
export function checkFields(type: DatasetType, { recordName, fields }: DatasetFields): void {
  if (recordName.toUpperCase() !== type) {
    throw new SchemaProblem(`The schema is of ${recordName}, the dataset of ${type}.`);
  }
  const rules = RULES[type];
  for (const [name, expected] of Object.entries(rules.required)) {
    const field = fields.find((one) => one.name === name);
    if (field === undefined) throw new SchemaProblem(`The schema of ${type} must have the field ${name}.`);
    if (field.type !== expected || field.nullable) {
      throw new SchemaProblem(`The field ${name} must be of type ${expected}, without null.`);
    }
  }
  const metadata = fields.filter(({ name }) => !(name in rules.required) && !rules.reserved.includes(name));
  if (metadata.length < rules.minMetadata) {
    throw new SchemaProblem(`The schema of ${type} must have at least ${rules.minMetadata} metadata field.`);
  }
  if (metadata.length > rules.maxMetadata) {
    throw new SchemaProblem(`The schema of ${type} has more than ${rules.maxMetadata} metadata fields.`);
  }
  if (fields.filter(({ textual }) => textual).length > rules.maxTextual) {
    throw new SchemaProblem(`The schema of ${type} has more than ${rules.maxTextual} textual fields.`);
  }
}
