import { placeKey } from '../../shared/identity/place.ts';
import { BatchError } from '../errors.ts';

/** Where each field stands in a row; -1 where the file has no such column. */
export type Columns<Field extends string> = Readonly<Record<Field, number>>;

interface ColumnQuestion<Field extends string> {
  readonly file: string;
  readonly header: readonly string[];
  readonly fields: Readonly<Record<Field, readonly string[]>>;
  readonly mapping: Readonly<Record<string, string>>;
  readonly required: readonly NoInfer<Field>[];
}

/**
 * Finds the column of each field: by the mapping where it says so, else by the usual names. A column
 * the mapping uses is not recognised as something else as well.
 * @throws BatchError column_missing, columns_unknown
 */
export function findColumns<Field extends string>(question: ColumnQuestion<Field>): Columns<Field> {
  const names = question.header.map(comparable);
  const mapped = new Map<string, number>();
  for (const [field, header] of Object.entries(question.mapping)) {
    mapped.set(field, mappedColumn(question, field, header));
  }
  const taken = new Set(mapped.values());
  const find = (field: Field): number => {
    const column = mapped.get(field);
    if (column !== undefined) return column;
    for (const name of question.fields[field]) {
      const index = names.indexOf(comparable(name));
      if (index !== -1 && !taken.has(index)) return index;
    }
    return -1;
  };
  const fields = Object.keys(question.fields) as Field[];
  const columns = Object.fromEntries(fields.map((field) => [field, find(field)])) as Record<Field, number>;
  refuseMissing(question, columns);
  return columns;
}

function mappedColumn<Field extends string>(
  question: ColumnQuestion<Field>,
  field: string,
  header: string,
): number {
  const exact = question.header.indexOf(header);
  const index = exact === -1 ? question.header.map(comparable).indexOf(comparable(header)) : exact;
  if (index !== -1) return index;
  throw new BatchError({
    code: 'column_missing',
    message: `${question.file} has no column "${header}", which the mapping names for ${field}.`,
    remedy: `Its columns are: ${shown(question.header)}.`,
  });
}

function refuseMissing<Field extends string>(question: ColumnQuestion<Field>, columns: Columns<Field>): void {
  const missing = question.required.filter((field) => columns[field] === -1);
  if (missing.length === 0) return;
  const example = JSON.stringify({ columns: { [missing[0] ?? 'order_id']: 'its column in the file' } });
  throw new BatchError({
    code: 'columns_unknown',
    message: `${question.file} has no column that is recognised as ${missing.join(', ')}. Its columns are: ${shown(question.header)}. Nothing was loaded.`,
    remedy: `${question.header.length > 1 ? '' : 'If something else than , ; tab or | parts its columns, name it in a mapping file: {"delimiter":"^"}. '}Name them in a mapping file (--mapping FILE, docs/ingest.md), for example ${example}; the first line of the file must name the columns.`,
  });
}

/** A file without header has data, perhaps personal, in its first line: only little is repeated. */
function shown(header: readonly string[]): string {
  const words = header.filter((name) => /^[\p{L}][\p{L}\p{N} _.-]{0,39}$/u.test(name));
  return words.length === header.length ? header.join(', ') : `${header.length} that do not look like names`;
}

/** Names that differ in case, accents, blanks and punctuation only are one. */
export function comparable(name: string): string {
  return placeKey(name.replace(/^\uFEFF/, '')).replaceAll(' ', '');
}
