import type { Column, Table } from '../data/table.ts';
import type { Comparison, Condition, Operand } from './expression.ts';

/** The values a request gives to the parameters, and the item it asks about. */
export interface Bindings {
  readonly parameters: ReadonlyMap<string, readonly string[]>;
  /** The asked item's value of a field; null when there is none. */
  readonly currentItem: (field: string) => string | number | null;
}

/** True for rows of a table that meet a condition. */
export type RowTest = (row: number) => boolean;

/** A field's column, its name in any case. */
function columnOf(table: Table, field: string): Column | null {
  const name = table.fields.find((one) => one.name.toUpperCase() === field.toUpperCase())?.name;
  return (name === undefined ? null : table.columns.get(name)) ?? null;
}

/** A row's value; null when absent. */
export function valueAt(table: Table, field: string, row: number): string | number | null {
  const column = columnOf(table, field);
  if (column === null || row < 0) return null;
  if (column.kind === 'text') return column.values[column.codes[row] ?? -1] ?? null;
  const number = column.numbers[row] ?? Number.NaN;
  return Number.isNaN(number) ? null : number;
}

function textsOf(value: Operand, bindings: Bindings): readonly string[] {
  switch (value.kind) {
    case 'text':
      return [value.text];
    case 'number':
      return [String(value.number)];
    case 'parameter':
      return bindings.parameters.get(value.name) ?? [];
    case 'currentItem': {
      const found = bindings.currentItem(value.field);
      return found === null ? [] : [String(found)];
    }
  }
}

const COMPARE: Readonly<Record<Comparison, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** A value of several categories, divided by `|`, is in a list when any of them is. */
const isAmong = (text: string, wanted: ReadonlySet<string>) =>
  wanted.has('*') ||
  wanted.has(text) ||
  (text.includes('|') && text.split('|').some((one) => wanted.has(one)));

/** Case counts, but not for types of events (developer guide, "Filter expressions"). */
const ignoresCase = ({ source, field }: Condition) =>
  source === 'INTERACTIONS' && field.toUpperCase() === 'EVENT_TYPE';

interface Membership {
  readonly negated: boolean;
  readonly caseless: boolean;
  readonly wanted: ReadonlySet<string>;
}

function membershipTest(column: Column, { negated, caseless, wanted }: Membership): RowTest {
  if (column.kind === 'number') {
    const numbers = new Set([...wanted].map(Number));
    return (row) => {
      const value = column.numbers[row] ?? Number.NaN;
      return (!Number.isNaN(value) && (wanted.has('*') || numbers.has(value))) !== negated;
    };
  }
  const folded = caseless ? new Set([...wanted].map((text) => text.toLowerCase())) : wanted;
  const passes = Uint8Array.from(column.values, (text) =>
    isAmong(caseless ? text.toLowerCase() : text, folded) === negated ? 0 : 1,
  );
  return (row) => {
    const code = column.codes[row] ?? -1;
    return code < 0 ? negated : passes[code] === 1;
  };
}

/** An absent value meets no comparison. */
function comparisonTest(column: Column, operator: Comparison, wanted: string): RowTest {
  const meets = COMPARE[operator];
  if (column.kind === 'number') {
    const bound = Number(wanted);
    return (row) => {
      const value = column.numbers[row] ?? Number.NaN;
      return !Number.isNaN(value - bound) && meets(value - bound);
    };
  }
  const passes = Uint8Array.from(column.values, (text) =>
    meets(text < wanted ? -1 : Number(text > wanted)) ? 1 : 0,
  );
  return (row) => passes[column.codes[row] ?? -1] === 1;
}

/** Makes a condition into a test of a table's rows. */
export function rowTest(table: Table, condition: Condition, bindings: Bindings): RowTest {
  const column = columnOf(table, condition.field);
  if (column === null) return () => false;
  const wanted = condition.values.flatMap((value) => textsOf(value, bindings));
  const { operator } = condition;
  if (operator === 'IN' || operator === 'NOT IN')
    return membershipTest(column, {
      negated: operator === 'NOT IN',
      caseless: ignoresCase(condition),
      wanted: new Set(wanted),
    });
  const [bound] = wanted;
  return bound === undefined ? () => false : comparisonTest(column, operator, bound);
}

/** True for rows that meet every condition of any group. */
export function anyOfTest(
  table: Table,
  anyOf: readonly (readonly Condition[])[],
  bindings: Bindings,
): RowTest {
  const groups = anyOf.map((group) => group.map((condition) => rowTest(table, condition, bindings)));
  return (row) => groups.some((group) => group.every((test) => test(row)));
}
