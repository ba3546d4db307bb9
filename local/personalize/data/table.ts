import type { Field } from '../schemas/avro.ts';
import { growableFloats, growableInts } from './growable.ts';

/** Text by code: `codes[row]` is a place in `values`, -1 an absent text. */
export interface TextColumn {
  readonly kind: 'text';
  readonly codes: Int32Array;
  readonly values: readonly string[];
}

/** Numbers of any Avro type; true is 1; NaN is absent. */
export interface NumberColumn {
  readonly kind: 'number';
  readonly numbers: Float64Array;
}

export type Column = TextColumn | NumberColumn;

/** A dataset: its fields and, for each, a column of `rows` values. */
export interface Table {
  readonly rows: number;
  readonly fields: readonly Field[];
  readonly columns: ReadonlyMap<string, Column>;
}

/** Collects one column; `add` answers false for a text that is no value of the field's type. */
interface ColumnBuilder {
  add(text: string): boolean;
  finish(): Column;
}

function textBuilder(nullable: boolean): ColumnBuilder {
  const codes = growableInts();
  const codeOf = new Map<string, number>();
  return {
    add: (text) => {
      if (text === '') {
        codes.push(-1);
        return nullable;
      }
      let code = codeOf.get(text);
      if (code === undefined) {
        code = codeOf.size;
        codeOf.set(text, code);
      }
      codes.push(code);
      return true;
    },
    finish: () => ({ kind: 'text', codes: codes.finish(), values: [...codeOf.keys()] }),
  };
}

const TRUE_OR_FALSE: Readonly<Record<string, number>> = {
  true: 1,
  false: 0,
  True: 1,
  False: 0,
  TRUE: 1,
  FALSE: 0,
};

function parseNumber(text: string, { type }: Field): number {
  if (type === 'boolean') return TRUE_OR_FALSE[text] ?? Number.NaN;
  const value = Number(text);
  return (type === 'int' || type === 'long') && !Number.isInteger(value) ? Number.NaN : value;
}

function numberBuilder(field: Field): ColumnBuilder {
  const numbers = growableFloats();
  return {
    add: (text) => {
      if (text === '') {
        numbers.push(Number.NaN);
        return field.nullable;
      }
      const value = parseNumber(text, field);
      numbers.push(value);
      return !Number.isNaN(value);
    },
    finish: () => ({ kind: 'number', numbers: numbers.finish() }),
  };
}

export interface TableBuilder {
  readonly rows: number;
  /** Adds a row: `text(field)` gives the field's text, '' when absent. False when a value breaks its type. */
  add(text: (field: Field, index: number) => string): boolean;
  finish(): Table;
}

export function createTableBuilder(fields: readonly Field[]): TableBuilder {
  const builders = fields.map((field) =>
    field.type === 'string' ? textBuilder(field.nullable) : numberBuilder(field),
  );
  let rows = 0;
  return {
    get rows() {
      return rows;
    },
    add: (text) => {
      rows++;
      let good = true;
      for (let i = 0; i < fields.length; i++) {
        const field = fields[i];
        if (field !== undefined) good = (builders[i]?.add(text(field, i)) ?? false) && good;
      }
      return good;
    },
    finish: () => {
      const columns = new Map<string, Column>();
      for (const [i, builder] of builders.entries()) columns.set(fields[i]?.name ?? '', builder.finish());
      return { rows, fields, columns };
    },
  };
}

/** A field's value as text, '' when absent: what `add` of a builder would read again. */
export function textAt(table: Table, { name, type }: Field, row: number): string {
  const column = table.columns.get(name);
  if (column === undefined) return '';
  if (column.kind === 'text') return column.values[column.codes[row] ?? -1] ?? '';
  const value = column.numbers[row] ?? Number.NaN;
  if (Number.isNaN(value)) return '';
  return type === 'boolean' ? String(value === 1) : String(value);
}

export function textColumn(table: Table, name: string): TextColumn | null {
  const column = table.columns.get(name);
  return column?.kind === 'text' ? column : null;
}

export function numberColumn(table: Table, name: string): NumberColumn | null {
  const column = table.columns.get(name);
  return column?.kind === 'number' ? column : null;
}
