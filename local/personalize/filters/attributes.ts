import type { Table } from '../data/table.ts';
import { rowTest } from './condition.ts';
import type { Condition } from './expression.ts';
import { readCondition } from './parse.ts';
import { Reader } from './reader.ts';
import { FilterSyntaxError } from './tokens.ts';

const NO_BINDINGS = { parameters: new Map<string, readonly string[]>(), currentItem: () => null };

/** `ITEMS.field = value`: no other operator. Of several categories in a field, one must be the value. */
function readEquality(reader: Reader): Condition {
  const condition = readCondition(reader, ['ITEMS']);
  const [value] = condition.values;
  if (condition.operator !== '=' || (value?.kind !== 'text' && value?.kind !== 'number'))
    throw new FilterSyntaxError('Item attributes are compared with = and a value', condition.position);
  return { ...condition, operator: 'IN' };
}

/**
 * Reads the query of an item-attribute-affinity line: `ITEMS.genres = "Comedy" AND ITEMS.year = 1999` (developer
 * guide, "Specifying item attributes"; answers by AWS: neither OR nor other operators).
 * @throws {FilterSyntaxError} with the position of what is wrong
 */
export function parseItemAttributes(text: string): Condition[] {
  const reader = new Reader(text);
  const conditions = [readEquality(reader)];
  while (reader.takes('AND')) conditions.push(readEquality(reader));
  if (reader.token.kind !== 'end') throw reader.error('Expected AND or the end');
  return conditions;
}

/**
 * Rows of a table that meet every condition.
 * @throws {FilterSyntaxError} for a field that the table has not
 */
export function rowsWithAttributes(table: Table, conditions: readonly Condition[]): number[] {
  for (const { field, position } of conditions) {
    if (!table.fields.some(({ name }) => name.toUpperCase() === field.toUpperCase()))
      throw new FilterSyntaxError(`ITEMS has no field ${field},`, position);
  }
  const tests = conditions.map((condition) => rowTest(table, condition, NO_BINDINGS));
  return Array.from({ length: table.rows }, (_, row) => row).filter((row) =>
    tests.every((test) => test(row)),
  );
}
