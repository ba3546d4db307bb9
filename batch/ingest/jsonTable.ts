import { findColumns } from './columns.ts';
import { createExpansion } from './fieldTable.ts';
import { parseJsonPath, pathsOf } from './jsonPath.ts';
import { FIELDS_OF, type Kind } from './kinds.ts';
import type { Mapping } from './mapping.ts';
import type { RejectReason } from './rejectReason.ts';
import type { FieldTable, TableRow } from './table.ts';

/** A record that came as JSON, or what stood in its place. */
export interface JsonRow {
  readonly line: number;
  /** Undefined: it could not be read. */
  readonly record: unknown;
}

interface JsonRows {
  readonly name: string;
  readonly totalBytes: number;
  readonly blocks: AsyncIterable<{ readonly rows: readonly JsonRow[]; readonly bytesRead: number }>;
  close(): Promise<unknown>;
}

interface JsonReading {
  readonly mapping: Mapping;
  /** Lets the records without a required field be rejected one by one. */
  readonly lenient?: boolean;
}

/** Looked at to find out what the records hold; a mapping may name what none of them has. */
const SAMPLE = 200;

/**
 * JSON records as a table of one cell a field. Fields the mapping does not name are recognised by the last
 * part of their path, in the array that holds the product ids.
 * @throws BatchError columns_unknown
 */
export async function openJsonTable(
  rows: JsonRows,
  kind: Kind,
  { mapping, lenient = false }: JsonReading,
): Promise<FieldTable> {
  const blocks = rows.blocks[Symbol.asyncIterator]();
  const first = await blocks.next();
  const begun = first.done ? [] : [first.value];
  const sample = begun.flatMap((block) => block.rows).slice(0, SAMPLE);
  const { columns, expand, header, found } = recogniseJson(rows.name, sample, { kind, mapping, lenient });
  async function* all() {
    yield* begun;
    for (let next = await blocks.next(); !next.done; next = await blocks.next()) yield next.value;
  }
  async function* tableBlocks() {
    for await (const block of all()) {
      yield { bytesRead: block.bytesRead, rows: block.rows.flatMap((row) => tableRows(row, expand)) };
    }
  }
  const { name, totalBytes, close } = rows;
  return { name, header, columns, found, totalBytes, blocks: tableBlocks(), close };
}

function tableRows({ line, record }: JsonRow, expand: (record: unknown) => string[][]): TableRow[] {
  const wrong: RejectReason | null = typeof record !== 'object' || record === null ? 'not_an_object' : null;
  if (wrong !== null) return [{ line, cells: [], problem: wrong }];
  return expand(record).map((cells) => ({ line, cells, problem: null }));
}

interface Recognition {
  readonly kind: Kind;
  readonly mapping: Mapping;
  readonly lenient: boolean;
}

/** Looked for among the elements of the array first, the others in the record itself. */
const LINE_FIELDS = new Set([
  'product_id',
  'product_name',
  'quantity',
  'unit_price',
  'line_total',
  'category',
]);

/** Which path leads to each field. */
function recogniseJson(
  name: string,
  sample: readonly { readonly record: unknown }[],
  recognition: Recognition,
) {
  const { fields, required, mapped } = FIELDS_OF[recognition.kind];
  const given = Object.entries(mapped(recognition.mapping)).map(([field, spec]) => ({
    field,
    paths: (typeof spec === 'string' ? [spec] : spec).map(parseJsonPath),
  }));
  const done = new Set(given.map(({ field }) => field));
  const paths = [...new Set(sample.flatMap(({ record }) => pathsOf(record)))];
  const named = given.flatMap(({ paths: some }) => some).find((path) => path.array !== null);
  const guessed = recognition.kind === 'orders' ? arrayOfProducts(paths, fields) : null;
  const array = named === undefined ? guessed : textBefore(named.text);
  const ofRecord = paths.filter((path) => !path.includes('[]'));
  const ofElement = paths.filter((path) => path.includes('[]') && textBefore(path) === array);
  const recognise = (wanted: readonly string[], usable: readonly string[]) => {
    const found = findColumns({
      file: name,
      header: usable.map((path) => path.replace(/^.*\[\]\.?/, '')),
      fields: Object.fromEntries(wanted.map((field) => [field, fields[field] ?? []])),
      mapping: {},
      required:
        recognition.lenient || sample.length === 0 ? [] : required.filter((field) => wanted.includes(field)),
    });
    return Object.entries(found).flatMap(([field, at]) =>
      at === -1 ? [] : [{ field, paths: [parseJsonPath(usable[at] ?? '')] }],
    );
  };
  const open = Object.keys(fields).filter((field) => !done.has(field));
  const recognised = [
    ...recognise(
      open.filter((field) => !LINE_FIELDS.has(field)),
      [...ofRecord, ...ofElement],
    ),
    ...recognise(
      open.filter((field) => LINE_FIELDS.has(field)),
      [...ofElement, ...ofRecord],
    ),
  ];
  const sources = [...given, ...recognised];
  const columns: Record<string, number> = Object.fromEntries(Object.keys(fields).map((field) => [field, -1]));
  sources.forEach(({ field }, i) => {
    columns[field] = i;
  });
  return {
    columns,
    header: sources.map(({ field }) => field),
    expand: createExpansion(sources),
    found: paths,
  };
}

function textBefore(path: string): string {
  return path.slice(0, path.indexOf('[]'));
}

/** Of several arrays in a record, the one whose elements name products. */
function arrayOfProducts(
  paths: readonly string[],
  fields: Readonly<Record<string, readonly string[]>>,
): string | null {
  const names = new Set((fields['product_id'] ?? []).map((field) => field.replaceAll('_', '')));
  const inArray = paths.find((path) => {
    const last = path.replace(/^.*\[\]\.?/, '');
    return path.includes('[]') && names.has(last.replaceAll(/[_.-]/g, '').toLowerCase());
  });
  return inArray === undefined ? null : textBefore(inArray);
}
