import { z } from 'zod';
import type { StreamedRow } from '../data/stream.ts';
import { invalidInput } from '../protocol/errors.ts';

const Value = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
const Properties = z.record(z.string(), Value);

/** `unitPrice` → `UNIT_PRICE`: properties are written in camel case, fields in capitals. */
const fieldName = (property: string) => property.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2').toUpperCase();

function textOf(value: z.infer<typeof Value>): string | null {
  if (Array.isArray(value)) return value.join('|');
  return value === null ? null : String(value);
}

/** Reads the JSON of a `properties` member into fields of a dataset. */
export function rowOf(properties: string | undefined): StreamedRow {
  if (properties === undefined) return {};
  let json: unknown;
  try {
    json = JSON.parse(properties);
  } catch {
    throw invalidInput('Error parsing properties json');
  }
  const read = Properties.safeParse(json);
  if (!read.success) throw invalidInput('Error parsing properties json');
  const row: StreamedRow = {};
  for (const [name, value] of Object.entries(read.data)) {
    const text = textOf(value);
    if (text !== null) row[fieldName(name)] = text;
  }
  return row;
}
