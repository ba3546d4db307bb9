import { comparable, findColumns } from './columns.ts';
import { arrayAt, cellOf, type JsonPath, parseJsonPath, valueAt } from './jsonPath.ts';
import { FIELDS_OF, type Kind } from './kinds.ts';
import type { ColumnSpec, Mapping } from './mapping.ts';
import type { FieldTable, Table, TableRow } from './table.ts';

/** How the texts of several columns become one: a date and a time, a first and a last name. */
const JOINT = ' ';

interface FieldSource {
  readonly field: string;
  readonly paths: readonly JsonPath[];
}

/**
 * Finds the columns of a table. Where the mapping asks for more than a column (a path into JSON, several
 * columns), or the rows are JSON themselves, each row is made into one row, or several, of one cell a field.
 * @throws BatchError column_missing, columns_unknown
 */
export function findFields(table: Table, kind: Kind, mapping: Mapping): FieldTable {
  const { fields, required, mapped } = FIELDS_OF[kind];
  const specs = Object.entries(mapped(mapping));
  const plain: Record<string, string> = {};
  const special: FieldSource[] = [];
  for (const [field, spec] of specs) {
    if (typeof spec === 'string' && !isPath(spec, table.header)) plain[field] = spec;
    else special.push({ field, paths: pathsOfSpec(spec) });
  }
  const done = new Set(special.map(({ field }) => field));
  const asked = Object.fromEntries(Object.entries(fields).filter(([field]) => !done.has(field)));
  const found = findColumns({
    file: table.name,
    header: table.header,
    fields: asked,
    mapping: plain,
    required: required.filter((field) => !done.has(field)),
  });
  const columns: Record<string, number> = Object.fromEntries(Object.keys(fields).map((name) => [name, -1]));
  Object.assign(columns, found);
  const repeated = repeatedNames(table.header, Object.values(columns));
  if (special.length === 0) return { ...table, columns, repeated };
  const direct = Object.entries(columns).filter(([, column]) => column !== -1);
  const sources = [
    ...direct.map(([field, column]) => ({ field, paths: [columnPath(table.header[column] ?? '')] })),
    ...special,
  ];
  return { ...expandedTable(table, columns, sources), repeated };
}

function repeatedNames(header: readonly string[], read: readonly number[]): string[] {
  const names = header.map(comparable);
  return header.filter((_, i) => read.includes(i) && names.indexOf(names[i] ?? '', i + 1) !== -1);
}

function isPath(spec: string, header: readonly string[]): boolean {
  const [head = ''] = spec.split(/[.[]/, 1);
  return head !== spec && !header.includes(spec) && header.includes(head);
}

function pathsOfSpec(spec: ColumnSpec): JsonPath[] {
  return (typeof spec === 'string' ? [spec] : spec).map(parseJsonPath);
}

/** A column's name is one step, whatever stands in it. */
function columnPath(name: string): JsonPath {
  return { text: name, array: null, steps: [name] };
}

function expandedTable(
  table: Table,
  columns: Record<string, number>,
  sources: readonly FieldSource[],
): FieldTable {
  sources.forEach(({ field }, i) => {
    columns[field] = i;
  });
  const expand = createExpansion(sources);
  const header = sources.map(({ field }) => field);
  async function* blocks() {
    for await (const { rows, bytesRead } of table.blocks)
      yield { bytesRead, rows: rows.flatMap((row) => expandRow(row, table.header, expand)) };
  }
  return { ...table, header, columns, blocks: blocks() };
}

function expandRow(
  row: TableRow,
  header: readonly string[],
  expand: (record: unknown) => string[][],
): TableRow[] {
  if (row.problem !== null) return [row];
  if (row.cells.length < header.length) return [{ ...row, problem: 'wrong_number_of_columns' }];
  // Of columns with one name the first counts, as without paths.
  const record = Object.fromEntries(header.map((name, i) => [name, row.cells[i] ?? '']).reverse());
  return expand(record).map((cells) => ({ ...row, cells }));
}

/**
 * A reader of records: each gives one row of cells, or one for every element of the array that the paths
 * with `[]` go through. A record whose array is empty gives one row without the elements' cells.
 */
export function createExpansion(sources: readonly FieldSource[]): (record: unknown) => string[][] {
  const array = sources.flatMap(({ paths }) => paths).find((path) => path.array !== null)?.array ?? null;
  return (record) => {
    const elements = array === null ? null : (arrayAt(record, array) ?? []);
    const cellsFor = (element: unknown) => sources.map(({ paths }) => textOf(paths, record, element));
    return elements === null || elements.length === 0 ? [cellsFor(undefined)] : elements.map(cellsFor);
  };
}

function textOf(paths: readonly JsonPath[], record: unknown, element: unknown): string {
  const texts = paths.map((path) => cellOf(valueAt(path.array === null ? record : element, path.steps)));
  return texts.length === 1 ? (texts[0] ?? '') : texts.filter((text) => text !== '').join(JOINT);
}
