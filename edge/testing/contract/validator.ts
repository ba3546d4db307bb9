import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonSchema } from './openApi.ts';

/** Judges values by JSON Schema 2020-12, the dialect of OpenAPI 3.1. */
export interface Validator {
  /** What is wrong with a value, for people; null: nothing. */
  problemWith(schema: JsonSchema, value: unknown): string | null;
}

/** @param document the whole OpenAPI document, whose components schemas may refer to */
export function createValidator(document: JsonSchema): Validator {
  const ajv = new Ajv2020({ strict: false, allErrors: false, multipleOfPrecision: 6 });
  addFormats(ajv);
  ajv.addSchema(document, 'openapi');
  const compiled = new Map<JsonSchema, ValidateFunction>();
  return {
    problemWith(schema, value) {
      const known = compiled.get(schema) ?? ajv.compile(absolute(schema));
      compiled.set(schema, known);
      return known(value) ? null : ajv.errorsText(known.errors);
    },
  };
}

/** References within the document, as seen from a schema taken out of it. */
function absolute(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi#/');
  const parsed: JsonSchema = JSON.parse(text);
  return parsed;
}
