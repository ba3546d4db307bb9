import type { ItemFacts, UserAttribute, UserFacts } from '../../engine/facts.ts';
import { numberColumn, type Table, type TextColumn, textColumn } from '../data/table.ts';
import type { Field } from '../schemas/avro.ts';

/** Where a table's rows stand among the engine's indexes (-1: nowhere), and how many there are. */
interface Places {
  readonly count: number;
  readonly indexOfRow: (row: number) => number;
}

const CATEGORY = /CATEGOR|DEPARTMENT|AISLE|GENRE/;
const NAME = /NAME|TITLE/;

function textFields(table: Table, wanted: (field: Field) => boolean): TextColumn[] {
  return table.fields
    .filter((field) => field.type === 'string' && !field.name.endsWith('_ID') && wanted(field))
    .flatMap(({ name }) => textColumn(table, name) ?? []);
}

/** Fields that say category, in the schema's order; if none does, every categorical one. */
function categoryColumns(table: Table): TextColumn[] {
  const named = textFields(table, ({ name, categorical }) => categorical && CATEGORY.test(name));
  return named.length > 0 ? named : textFields(table, ({ categorical }) => categorical);
}

function categoriesOf(table: Table, { count, indexOfRow }: Places): (readonly string[] | null)[] | null {
  const columns = categoryColumns(table);
  if (columns.length === 0) return null;
  const paths: (readonly string[] | null)[] = new Array(count).fill(null);
  for (let row = 0; row < table.rows; row++) {
    const path = columns.flatMap(({ codes, values }) => values[codes[row] ?? -1]?.split('|') ?? []);
    const index = indexOfRow(row);
    if (index >= 0 && path.length > 0) paths[index] = path;
  }
  return paths;
}

function numbersOf(
  table: Table,
  names: readonly string[],
  { count, indexOfRow }: Places,
): Float64Array | null {
  const column = names.map((name) => numberColumn(table, name)).find((found) => found !== null);
  if (column === undefined || column === null) return null;
  const numbers = new Float64Array(count).fill(Number.NaN);
  for (let row = 0; row < table.rows; row++) {
    const index = indexOfRow(row);
    if (index >= 0) numbers[index] = column.numbers[row] ?? Number.NaN;
  }
  return numbers;
}

function namesOf(table: Table, { count, indexOfRow }: Places): (string | null)[] | null {
  const column = textFields(table, ({ name, textual }) => textual || NAME.test(name))[0];
  if (column === undefined) return null;
  const names: (string | null)[] = new Array(count).fill(null);
  for (let row = 0; row < table.rows; row++) {
    const index = indexOfRow(row);
    if (index >= 0) names[index] = column.values[column.codes[row] ?? -1] ?? null;
  }
  return names;
}

/** Reads categories, prices, names and first days out of whatever fields the Items dataset has. */
export function itemFactsOf(table: Table, places: Places): ItemFacts {
  const categories = categoriesOf(table, places);
  const prices = numbersOf(table, ['PRICE'], places);
  const names = namesOf(table, places);
  const createdAt = numbersOf(table, ['CREATION_TIMESTAMP'], places);
  return {
    ...(categories === null ? {} : { categories }),
    ...(prices === null ? {} : { prices }),
    ...(names === null ? {} : { names }),
    ...(createdAt === null ? {} : { createdAt }),
  };
}

/** Every text field of the Users dataset becomes an attribute, in codes of its own values. */
export function userFactsOf(table: Table, { count, indexOfRow }: Places): UserFacts {
  const attributes = table.fields.flatMap(({ name }): UserAttribute[] => {
    const column = textColumn(table, name);
    if (column === null || name === 'USER_ID') return [];
    const codes = new Int32Array(count).fill(-1);
    for (let row = 0; row < table.rows; row++) {
      const index = indexOfRow(row);
      if (index >= 0) codes[index] = column.codes[row] ?? -1;
    }
    return [{ name, codes }];
  });
  return { attributes };
}
