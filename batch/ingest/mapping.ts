import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { BatchError } from '../errors.ts';
import { readSettings } from '../readSettings.ts';
import { CUSTOMER_FIELDS, ORDER_FIELDS, PRODUCT_FIELDS } from './fields.ts';
import { isTimeZone } from './timeZone.ts';

const Header = z.string().min(1);
/** A column's name; a path into JSON; or several columns whose texts are put together. */
const ColumnSpec = z.union([Header, z.array(Header).min(1)]);
export type ColumnSpec = z.infer<typeof ColumnSpec>;

/** `field: column` for the fields of one file. */
function columnsOf<Field extends string>(fields: Readonly<Record<Field, unknown>>) {
  const names = Object.keys(fields);
  return z
    .record(z.string(), ColumnSpec)
    .superRefine((columns, context) => {
      for (const name of Object.keys(columns)) {
        if (names.includes(name)) continue;
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `unknown field; allowed: ${names.join(', ')}`,
        });
      }
    })
    .default({});
}

/** The mapping file: docs/ingest.md describes it with examples. */
export const Mapping = z
  .strictObject({
    /** Columns of the orders file: `{"province": "country"}` reads the province from the column "country". */
    columns: columnsOf(ORDER_FIELDS),
    products: columnsOf(PRODUCT_FIELDS),
    customers: columnsOf(CUSTOMER_FIELDS),
    /** The shop's words for the state of an order. */
    statuses: z.record(z.string(), z.enum(['completed', 'cancelled', 'returned'])).default({}),
    /** The shop's words for yes and no, where `available`, `deleted` or `marketing_consent` need them. */
    yes_no: z.record(z.string(), z.enum(['yes', 'no'])).default({}),
    /** How 03/04/2025 is to be read. Null: only where the file itself leaves no doubt. */
    dates: z.enum(['dmy', 'mdy']).nullable().default(null),
    /** Whose wall clocks show times that name no zone, such as Asia/Karachi. Null: UTC. */
    time_zone: z
      .string()
      .refine(isTimeZone, 'unknown; a name such as Asia/Karachi or Europe/Berlin is wanted')
      .nullable()
      .default(null),
    decimal: z.enum(['.', ',']).default('.'),
    /** Whether 1999 is 1999 or 19.99. */
    prices: z.enum(['units', 'cents']).default('units'),
    delimiter: z.enum([',', ';', '\t', '|']).nullable().default(null),
    /** For every row, where the file has no such column. */
    defaults: z.strictObject({ currency: Header, province: Header, city: Header }).partial().default({}),
  })
  .readonly();
export type Mapping = z.infer<typeof Mapping>;

/**
 * @param path null for the mapping that changes nothing
 * @throws BatchError mapping_unreadable, mapping_invalid (every problem listed together)
 */
export async function readMapping(path: string | null): Promise<Mapping> {
  return path === null ? Mapping.parse({}) : parseMapping(await readJson(path), path);
}

/** @throws BatchError mapping_invalid */
function parseMapping(json: unknown, path: string): Mapping {
  const answer = readSettings(Mapping, json);
  if ('settings' in answer) return answer.settings;
  const problems = answer.problems.map((line) => `  ${line}`);
  throw new BatchError({
    code: 'mapping_invalid',
    message: `The mapping file ${path} is not valid:\n${problems.join('\n')}`,
    remedy:
      "Correct it; docs/ingest.md lists fields and settings. Fields stand left, the file's column names right.",
  });
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new BatchError({
      code: 'mapping_unreadable',
      message: `The mapping file ${path} cannot be read as JSON: ${cause instanceof Error ? cause.message : ''}`,
      remedy: 'Check the path and the JSON, for example {"columns": {"province": "country"}}.',
      cause,
    });
  }
}
