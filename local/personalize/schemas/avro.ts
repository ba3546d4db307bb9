import { z } from 'zod';

const PRIMITIVES = ['string', 'int', 'long', 'float', 'double', 'boolean'] as const;
const AvroType = z.enum([...PRIMITIVES, 'null']);
const AvroField = z.object({
  name: z.string().regex(/^[A-Za-z_][A-Za-z\d_]*$/),
  type: z.union([AvroType, z.array(AvroType).min(1)]),
  categorical: z.boolean().optional(),
  textual: z.boolean().optional(),
});
const AvroRecord = z.object({
  type: z.literal('record'),
  name: z.string(),
  namespace: z.literal('com.amazonaws.personalize.schema'),
  fields: z.array(AvroField).min(1),
  version: z.literal('1.0'),
});

export type FieldType = (typeof PRIMITIVES)[number];

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly nullable: boolean;
  readonly categorical: boolean;
  readonly textual: boolean;
}

/** A dataset's columns: the record's name is the dataset type. */
export interface DatasetFields {
  readonly recordName: string;
  readonly fields: readonly Field[];
}

/** Says what is wrong with a schema, in a sentence. */
export class SchemaProblem extends Error {
  override readonly name = 'SchemaProblem';
}

function toField(field: z.infer<typeof AvroField>): Field {
  const types = Array.isArray(field.type) ? field.type : [field.type];
  const type = types.find((one) => one !== 'null');
  if (type === undefined || types.filter((one) => one !== 'null').length > 1) {
    throw new SchemaProblem(`The field ${field.name} must have one type, with or without null.`);
  }
  const { name, categorical = false, textual = false } = field;
  if ((categorical || textual) && type !== 'string') {
    throw new SchemaProblem(
      `The field ${name} is of type ${type}: only a string can be categorical or textual.`,
    );
  }
  return { name, type, nullable: types.includes('null'), categorical, textual };
}

/** Reads a flat Avro record as Personalize takes it (source: developer guide, "Creating schema JSON files"). */
export function readAvroSchema(text: string): DatasetFields {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SchemaProblem(
      `The schema is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const read = AvroRecord.safeParse(json);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new SchemaProblem(
      `Avro schema is not valid at '${issue?.path.join('.') ?? ''}': ${issue?.message ?? ''}`,
    );
  }
  const fields = read.data.fields.map(toField);
  const names = new Set(fields.map(({ name }) => name));
  if (names.size < fields.length) throw new SchemaProblem('The schema names a field twice.');
  return { recordName: read.data.name, fields };
}
